internal import Archiving
internal import Support

/// Reading raw rows that a model is to judge.
extension FeaturePipeline {
    /// Opens a file of raw rows: CSV, NPY or IDX, compressed with gzip or not; the content decides which.
    ///
    /// - Throws: ``DatasetError`` when the file lacks a column that the model needs, or has one that it does not know,
    ///   or its rows have another shape.
    package func reader(of path: String) throws -> any RowReader {
        switch try FileKind(of: path) {
        case .idx: try tensors(IDXReader(path: path, field: fields[0].name))
        case .npy: try tensors(NPYRowReader(path: path, field: fields[0].name))
        case .csv: try table(path, format: format ?? CSVFormat(), target: target)
        }
    }

    /// Opens a table, and compares its columns with those that the model knows.
    func table(_ path: String, format: CSVFormat, target: String?) throws -> CSVRowReader {
        let reader = try CSVRowReader(path: path, format: format)
        let present = Set(reader.header.map { ByteString($0) })
        let needed = fields.flatMap(\.valueNames)
        let missing = needed.filter { !present.contains(ByteString($0)) }
        guard missing.isEmpty else {
            throw DatasetError(
                .init(path),
                missing.count == 1
                    ? "the column `\(missing[0])` is missing"
                    : "\(missing.count) columns are missing: \(DatasetError.list(missing))",
                kind: .notFound,
                hint: "the model was trained on: \(DatasetError.list(needed))"
            )
        }
        let known = Set((needed + ignored + (target.map { [$0] } ?? [])).map { ByteString($0) })
        let extra = reader.header.filter { !known.contains(ByteString($0)) }
        guard extra.isEmpty else {
            throw DatasetError(
                .init(path, line: 1),
                extra.count == 1
                    ? "the model does not know the column `\(extra[0])`"
                    : "the model does not know \(extra.count) columns: \(DatasetError.list(extra))",
                hint: "remove what the model was not trained on; it knows: \(DatasetError.list(needed + ignored))"
            )
        }
        try reader.select(fields)
        return reader
    }

    /// Rows of one tensor each, for a model that takes one, or a vector for a model that takes columns of numbers.
    private func tensors(_ reader: any RowReader) throws -> any RowReader {
        let found = reader.fields[0]
        let expected = fields.reduce(0) { $0 + $1.width }
        if let text = fields.first(where: { $0.kind == .text }) {
            throw DatasetError(
                .init(reader.source),
                "the model takes text in column `\(text.name)`, and this file holds numbers",
                hint: "give a CSV file"
            )
        }
        let isSame = fields.count == 1 && fields[0].shape == found.shape
        let isFlat = found.shape.count == 1 || fields.allSatisfy { $0.shape.count <= 1 }
        guard found.width == expected, isSame || isFlat else {
            let shape = fields.count == 1 ? fields[0].shape : [expected]
            throw DatasetError(
                .init(reader.source),
                "expected rows of shape \(shape), found rows of shape \(found.shape)"
            )
        }
        return isSame ? reader : ReshapingReader(reader, fields: fields)
    }
}

/// What a file of rows is, by its first bytes.
enum FileKind {
    case csv, npy, idx

    init(of path: String) throws {
        var reader = try GzipReader(path: path)
        let start = try reader.bytes(6)
        if start == [0x93] + Array("NUMPY".utf8) {
            guard !reader.isCompressed else {
                throw DatasetError(.init(path), "a compressed .npy file is not read", hint: "uncompress it with gunzip")
            }
            self = .npy
        } else if start.starts(with: [0, 0, 8]) {
            self = .idx
        } else {
            self = .csv
        }
    }
}

/// Deals the numbers of a vector out to the fields of a model.
private final class ReshapingReader: RowReader {
    let fields: [Field]
    private let base: any RowReader

    init(_ base: any RowReader, fields: [Field]) {
        self.base = base
        self.fields = fields
    }

    var source: String { base.source }

    func read(upTo limit: Int) throws -> RawRows? {
        guard let rows = try base.read(upTo: limit) else { return nil }
        let column = rows.columns[0]
        if fields.count == 1 { return RawRows(count: rows.count, columns: [RawColumn(fields[0], column.values)]) }
        let numbers = column.numbers(of: 0..<rows.count)
        var offset = 0
        let columns = fields.map { field in
            var values: [Double] = []
            for row in 0..<rows.count {
                let start = row * column.field.width + offset
                values += numbers[start..<start + field.width]
            }
            offset += field.width
            return RawColumn(field, .doubles(values))
        }
        return RawRows(count: rows.count, columns: columns)
    }
}
