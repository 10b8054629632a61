internal import Support
internal import TensorFiles

/// Rows as files for programs of other languages: a table, or arrays where a row is one.
package enum RowFile {
    /// Writes all rows that a reader has left to `rows.csv` or `rows.npy` in `folder`.
    ///
    /// - Returns: The path of the file and the number of rows.
    package static func write(
        _ rows: any RowReader,
        to folder: String,
        decimal: UInt8 = UInt8(ascii: ".")
    ) throws -> (path: String, count: Int) {
        var count = 0
        if let shape = arrayShape(rows.fields) {
            let path = "\(folder)/rows.npy"
            var writer = try NPYWriter(path: path, rowShape: shape)
            while let batch = try rows.read(upTo: 4096) {
                try writer.write(batch.columns[0].numbers().map { Float($0) }, rows: batch.count)
                count += batch.count
            }
            try writer.finish(durable: false)
            return (path, count)
        }
        let path = "\(folder)/rows.csv"
        let writer = try TableFileWriter(path: path, fields: rows.fields, target: nil, decimal: decimal)
        while let batch = try rows.read(upTo: 4096) {
            try writer.write(batch, targets: nil)
            count += batch.count
        }
        try writer.finish()
        return (path, count)
    }

    /// Writes rows with their answers: `<name>.csv`, or `<name>-inputs.npy` and `<name>-targets.npy`.
    package static func write(
        _ labeled: LabeledRows,
        name: String,
        to folder: String,
        target: String?,
        classes: ClassNames?
    ) throws {
        let reader = labeled.reader()
        let decimal = labeled.source.table?.format?.decimal ?? UInt8(ascii: ".")
        if let shape = arrayShape(reader.fields) {
            var inputs = try NPYWriter(path: "\(folder)/\(name)-inputs.npy", rowShape: shape)
            while let batch = try reader.read(upTo: 4096) {
                try inputs.write(batch.columns[0].numbers().map { Float($0) }, rows: batch.count)
            }
            try inputs.finish(durable: false)
            let width = labeled.targets.width
            var targets = try NPYWriter(path: "\(folder)/\(name)-targets.npy", rowShape: width == 1 ? [] : [width])
            try targets.write(labeled.targets.numbers, rows: labeled.count)
            return try targets.finish(durable: false)
        }
        let writer = try TableFileWriter(
            path: "\(folder)/\(name).csv",
            fields: reader.fields,
            target: target ?? "target",
            decimal: decimal
        )
        let answers = labeled.targets.texts(classes)
        var first = 0
        while let batch = try reader.read(upTo: 4096) {
            try writer.write(batch, targets: Array(answers[first..<first + batch.count]))
            first += batch.count
        }
        try writer.finish()
    }

    /// Writes the first rows that a reader has left, to be put to the model again later: `inputs.csv` or `inputs.npy`.
    package static func writeGolden(
        _ rows: any RowReader,
        count: Int,
        to folder: String,
        like labeled: LabeledRows
    ) throws {
        var left = count
        let shape = arrayShape(rows.fields)
        var values: [Float] = []
        let decimal = labeled.source.format?.decimal ?? UInt8(ascii: ".")
        let table =
            try shape == nil
            ? TableFileWriter(path: "\(folder)/inputs.csv", fields: rows.fields, target: nil, decimal: decimal) : nil
        while left > 0, let batch = try rows.read(upTo: left) {
            let kept = batch.prefix(left)
            left -= kept.count
            if shape != nil { values += kept.columns[0].numbers().map { Float($0) } }
            try table?.write(kept, targets: nil)
        }
        try table?.finish()
        guard let shape else { return }
        var writer = try NPYWriter(path: "\(folder)/inputs.npy", rowShape: shape)
        try writer.write(values, rows: count)
        try writer.finish(durable: false)
    }

    /// The shape of a row that is an array; `nil` for the columns of a table.
    private static func arrayShape(_ fields: [Field]) -> [Int]? {
        guard fields.count == 1, let field = fields.first, !field.shape.isEmpty else { return nil }
        return field.shape
    }
}

extension Targets {
    fileprivate var width: Int {
        switch self {
        case .classes: 1
        case .values(let matrix): matrix.columns
        }
    }

    fileprivate var numbers: [Float] {
        switch self {
        case .classes(let labels, _): labels.map { Float($0) }
        case .values(let matrix): matrix.values
        }
    }

    /// The answers as they stand in a table: the names of classes, or numbers.
    fileprivate func texts(_ classes: ClassNames?) -> [String] {
        switch self {
        case .classes(let labels, _): labels.map { classes?.names[Int($0)] ?? "\($0)" }
        case .values(let matrix): matrix.values.map(\.description)
        }
    }
}
