/// A request of TensorFlow Serving's and KServe's first protocol, `:predict`.
package struct PredictRequest: Sendable {
    /// How the tensors stand in the request, and so in the answer.
    package enum Form: Sendable {
        /// `instances`: row by row.
        case rows
        /// `inputs`: tensor by tensor.
        case columns
    }

    package let form: Form
    package let inputs: [InputTensor]

    /// Reads a body; values without a name are those of the model's only input.
    ///
    /// Throws ``RequestError`` (400).
    package init(_ body: Span<UInt8>, inputs known: [TensorDescription]) throws(RequestError) {
        var reader = JSONReader()
        var found: (form: Form, inputs: [InputTensor])?
        var seen = SeenKeys("the request")
        var isFirst = true
        try reader.beginObject(body)
        while let key = try reader.key(body, &isFirst) {
            try seen.add(key)
            guard key == "instances" || key == "inputs" else {
                try reader.skip(body)
                continue
            }
            guard found == nil else { throw .invalid("expected `instances` or `inputs`, not both") }
            found =
                key == "instances"
                ? (.rows, try TensorRows.instances(&reader, body, known))
                : (.columns, try TensorRows.inputs(&reader, body, known))
        }
        try reader.finish(body)
        guard let found else { throw .invalid("the request has neither `instances` nor `inputs`") }
        (form, inputs) = found
    }
}

/// Tensors in the forms that TensorFlow Serving and MLflow share.
enum TensorRows {
    /// A list of rows: each an object with a value for each input, or the value of the only input.
    static func instances(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ known: [TensorDescription]
    ) throws(RequestError) -> [InputTensor] {
        var ahead = reader
        try ahead.beginList(bytes)
        guard try ahead.peek(bytes) == UInt8(ascii: "{") else {
            return [try only(&reader, bytes, known)]
        }
        return try records(&reader, bytes, known)
    }

    /// An object with a tensor for each input, or the tensor of the only input.
    static func inputs(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ known: [TensorDescription]
    ) throws(RequestError) -> [InputTensor] {
        guard try reader.kind(bytes) == .object else { return [try only(&reader, bytes, known)] }
        var inputs: [InputTensor] = []
        var seen = SeenKeys("the inputs", limit: InferenceRequest.tensorLimit)
        var isFirst = true
        try reader.beginObject(bytes)
        while let name = try reader.key(bytes, &isFirst) {
            try seen.add(name)
            inputs.append(try tensor(&reader, bytes, name, known))
        }
        return inputs
    }

    /// A list of objects with the same keys.
    static func records(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ known: [TensorDescription]
    ) throws(RequestError) -> [InputTensor] {
        var names: [String] = []
        var places: [String: Int] = [:]
        var columns: [LiteralRows] = []
        var rows = 0
        var isFirst = true
        try reader.beginList(bytes)
        while try reader.element(bytes, &isFirst) {
            var isFirstKey = true
            var found = 0
            // Records mostly have their keys in one order.
            var expected = 0
            try reader.beginObject(bytes)
            while let name = try reader.key(bytes, &isFirstKey) {
                let place: Int
                if expected < names.count, names[expected] == name {
                    place = expected
                } else if let known = places[name] {
                    place = known
                } else {
                    guard rows == 0 else {
                        throw .invalid("row \(rows + 1) has `\(name.prefix(64))`, the rows before have not")
                    }
                    guard names.count < InferenceRequest.tensorLimit else { throw .invalid("too many inputs") }
                    place = names.count
                    places[name] = place
                    names.append(name)
                    columns.append(LiteralRows())
                }
                guard columns[place].count == rows else {
                    throw .invalid("row \(rows + 1) has `\(name.prefix(64))` twice")
                }
                try columns[place].read(&reader, bytes)
                expected = place + 1
                found += 1
            }
            guard found == names.count else {
                throw .invalid("row \(rows + 1) has \(found) values, the rows before have \(names.count)")
            }
            rows += 1
        }
        var inputs: [InputTensor] = []
        for index in names.indices { inputs.append(try columns[index].tensor(named: names[index], among: known)) }
        return inputs
    }

    /// The tensor of a model's only input, which needs no name.
    private static func only(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ known: [TensorDescription]
    ) throws(RequestError) -> InputTensor {
        guard known.count == 1 else {
            throw .invalid("the model has \(known.count) inputs: each value needs the name of one")
        }
        return try tensor(&reader, bytes, known[0].name, known)
    }

    private static func tensor(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ name: String,
        _ known: [TensorDescription]
    ) throws(RequestError) -> InputTensor {
        let literal = try TensorLiteral(&reader, bytes)
        let type = literal.leaves.type(expecting: known.first { $0.name == name }?.type)
        return try InputTensor(name: name, type: type, shape: literal.shape, values: literal.values(expecting: type))
    }
}
