/// A request of MLflow's scoring protocol, `/invocations`: a table, or tensors as TensorFlow Serving has them.
package struct InvocationRequest: Sendable {
    package let inputs: [InputTensor]

    init(inputs: [InputTensor]) { self.inputs = inputs }

    /// Reads a body in JSON with exactly one of `dataframe_split`, `dataframe_records`, `instances` and `inputs`.
    ///
    /// Columns of a table that the model does not take are left out, as MLflow does. Throws ``RequestError`` (400).
    package init(json body: Span<UInt8>, inputs known: [TensorDescription]) throws(RequestError) {
        var reader = JSONReader()
        var found: [InputTensor]?
        var seen = SeenKeys("the request")
        var isFirst = true
        try reader.beginObject(body)
        while let key = try reader.key(body, &isFirst) {
            try seen.add(key)
            let inputs: [InputTensor]
            switch key {
            case "dataframe_split": inputs = try Self.split(&reader, body, known).filter { $0.isAmong(known) }
            case "dataframe_records": inputs = try TensorRows.records(&reader, body, known).filter { $0.isAmong(known) }
            case "instances": inputs = try TensorRows.instances(&reader, body, known)
            case "inputs": inputs = try TensorRows.inputs(&reader, body, known)
            default:
                try reader.skip(body)
                continue
            }
            guard found == nil else { throw Self.notOne }
            found = inputs
        }
        try reader.finish(body)
        guard let found else { throw Self.notOne }
        inputs = found
    }

    private static let notOne = RequestError.invalid(
        "expected exactly one of `dataframe_split`, `dataframe_records`, `instances` and `inputs`"
    )

    /// A table as pandas splits it: `columns`, and `data` row by row.
    private static func split(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ known: [TensorDescription]
    ) throws(RequestError) -> [InputTensor] {
        var names: [String]?
        var columns: [LiteralRows]?
        var seen = SeenKeys("dataframe_split")
        var isFirst = true
        try reader.beginObject(bytes)
        while let key = try reader.key(bytes, &isFirst) {
            try seen.add(key)
            switch key {
            case "columns": names = try self.names(&reader, bytes)
            case "data": columns = try self.columns(&reader, bytes)
            default: try reader.skip(bytes)
            }
        }
        guard let names, let columns else { throw .invalid("dataframe_split needs `columns` and `data`") }
        if columns.isEmpty {
            return try names.map { name throws(RequestError) in try LiteralRows().tensor(named: name, among: known) }
        }
        guard names.count == columns.count else {
            throw .invalid("dataframe_split has \(names.count) columns, and \(columns.count) values in a row")
        }
        var tensors: [InputTensor] = []
        for index in names.indices { tensors.append(try columns[index].tensor(named: names[index], among: known)) }
        return tensors
    }

    private static func names(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>
    ) throws(RequestError) -> [String] {
        var names: [String] = []
        var seen = SeenKeys("columns", limit: InferenceRequest.tensorLimit)
        var isFirst = true
        try reader.beginList(bytes)
        while try reader.element(bytes, &isFirst) {
            let name = try reader.text(bytes)
            try seen.add(name)
            names.append(name)
        }
        return names
    }

    private static func columns(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>
    ) throws(RequestError) -> [LiteralRows] {
        var columns: [LiteralRows] = []
        var rows = 0
        var isFirst = true
        try reader.beginList(bytes)
        while try reader.element(bytes, &isFirst) {
            var (isFirstCell, count) = (true, 0)
            try reader.beginList(bytes)
            while try reader.element(bytes, &isFirstCell) {
                if count == columns.count {
                    guard rows == 0 else { throw .invalid("row \(rows + 1) has more values than the rows before") }
                    guard count < InferenceRequest.tensorLimit else { throw .invalid("too many columns") }
                    columns.append(LiteralRows())
                }
                try columns[count].read(&reader, bytes)
                count += 1
            }
            guard count == columns.count else {
                throw .invalid("row \(rows + 1) has fewer values than the rows before")
            }
            rows += 1
        }
        return columns
    }
}

extension InputTensor {
    fileprivate func isAmong(_ known: [TensorDescription]) -> Bool { known.contains { $0.name == name } }
}
