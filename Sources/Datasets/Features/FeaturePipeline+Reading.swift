internal import Archiving
internal import Images
internal import Support

/// Reading raw rows that a model is to judge.
extension FeaturePipeline {
    /// Opens a file of raw rows: CSV, JSON lines, NPY or IDX, compressed with gzip or not; the content decides which.
    ///
    /// - Throws: ``DatasetError`` when the file lacks a column that the model needs, or has one that it does not know,
    ///   or its rows have another shape.
    package func reader(of path: String) throws -> any RowReader {
        if FileSystem.isDirectory(path) {
            return try fields[0].window == nil ? pictures(at: path) : recordings(at: path)
        }
        return switch try FileKind(of: path) {
        case .picture: try pictures(at: path)
        case .wav: try recordings(at: path)
        case .idx, .npy: try ArrayFile.reader(of: path, fields: fields)
        case .csv, .jsonl:
            try TableFile.reader(
                of: path,
                fields: fields,
                format: format ?? CSVFormat(),
                target: target,
                ignored: ignored
            )
        }
    }
}

extension FeaturePipeline {
    /// Opens a folder of recordings, or one, for a model that takes windows of such.
    private func recordings(at path: String) throws -> any RowReader {
        try WindowReader(
            recordings: ClassFolder(path, of: .recordings),
            fields: fields,
            window: Window.ofRecordings(fields, in: path)
        )
    }

    /// Opens a folder of pictures, or one, for a model that takes such.
    private func pictures(at path: String) throws -> any RowReader {
        let shape = fields[0].shape
        guard fields.count == 1, shape.count == 2 || (shape.count == 3 && (shape[2] == 1 || shape[2] == 3)) else {
            throw DatasetError(
                .init(path),
                "these are pictures, and the model takes \(fields.count == 1 ? "rows of shape \(shape)" : "a table")",
                kind: .usage
            )
        }
        return ImageReader(try ClassFolder(path, of: .pictures), as: fields[0])
    }
}

/// Opening tables of rows for a model.
package enum TableFile {
    /// Opens a table, CSV or JSON lines, and chooses the given fields.
    ///
    /// - Throws: ``DatasetError`` when a column is missing, or there is one that the model does not know.
    package static func reader(
        of path: String,
        fields: [Field],
        format: CSVFormat,
        target: String?,
        ignored: [String]
    ) throws -> any RowReader {
        let reader = try reader(of: path, format: format)
        try reader.check(fields, target: target, ignored: ignored)
        if let window = try Window.shared(by: fields, in: path) {
            return try WindowReader(reader, fields: fields, window: window)
        }
        try reader.select(fields)
        return reader
    }

    /// Opens a table, CSV or JSON lines: the content decides; in JSON lines only the markers of `format` count.
    package static func reader(of path: String, format: CSVFormat) throws -> any TableReader {
        switch try FileKind(of: path) {
        case .jsonl: try JSONLRowReader(path: path, missing: format.missing)
        case .csv: try CSVRowReader(path: path, format: format)
        case .idx, .npy, .picture, .wav:
            throw DatasetError(.init(path), "expected a table, found an array or a picture", hint: "give a CSV file")
        }
    }

    /// Opens a table that is written about like another one, and says how: its fields may be separated otherwise, and a
    /// number of JSON has a decimal point.
    package static func detectedReader(
        of path: String,
        like format: CSVFormat
    ) throws -> (reader: any TableReader, format: CSVFormat) {
        var own = CSVFormat(missing: format.missing)
        if case .csv = try FileKind(of: path) {
            let decimal = Unicode.Scalar(format.decimal)
            let delimiter = try CSVFormat.detected(in: path, decimal: decimal).delimiter
            own = CSVFormat(delimiter: Unicode.Scalar(delimiter), decimal: decimal, missing: format.missing)
        }
        return (try reader(of: path, format: own), own)
    }
}

extension TableReader {
    /// Compares the columns of a table with those that a model knows.
    func check(_ fields: [Field], target: String?, ignored: [String]) throws {
        let present = Set(header.map { ByteString($0) })
        let needed = fields.flatMap(\.columnNames) + (fields.first?.window?.columns ?? [])
        let missing = needed.filter { !present.contains(ByteString($0)) }
        guard missing.isEmpty else {
            throw DatasetError(
                .init(source),
                missing.count == 1
                    ? "the column `\(missing[0])` is missing"
                    : "\(missing.count) columns are missing: \(DatasetError.list(missing))",
                kind: .notFound,
                hint: header.count == 1 && missing.count > 1
                    ? "the only column is `\(header[0])`: is there another delimiter than in training?"
                    : "the model was trained on: \(DatasetError.list(needed))"
            )
        }
        let known = Set((needed + (target.map { [$0] } ?? [])).map { ByteString($0) })
        let skipped = ignored.map { NamePattern($0) }
        let extra = header.filter { name in
            !known.contains(ByteString(name)) && !skipped.contains { $0.matches(name) }
        }
        guard extra.isEmpty else {
            throw DatasetError(
                .init(source, line: 1),
                extra.count == 1
                    ? "the model does not know the column `\(extra[0])`"
                    : "the model does not know \(extra.count) columns: \(DatasetError.list(extra))",
                hint: "remove what the model was not trained on; it knows: \(DatasetError.list(needed + ignored))"
            )
        }
    }
}

extension DataSource {
    /// Compares the rows of the source with what a model takes.
    ///
    /// - Throws: ``DatasetError`` for missing and unknown columns, and for rows of another shape.
    package func check(fields: [Field], ignored: [String]) throws {
        let found: [Field]
        if let table, let reader = try tableReader() {
            return try reader.check(fields, target: table.target, ignored: ignored)
        } else if case .synthetic(let synthetic) = self {
            found = [Field(fields[0].name, .number, shape: [synthetic.inputs])]
        } else if case .recordings(let path) = self {
            let channels = try RecordingReader(ClassFolder(path, of: .recordings)).fields
            let window = try Window.ofRecordings(fields, in: path)
            found = channels.map { $0.over(window) }
        } else {
            found = try inputReader(as: fields[0])?.fields ?? []
        }
        guard found == fields else {
            throw DatasetError(
                .init(files.first ?? "synthetic"),
                "expected rows of shape \(fields[0].shape), found rows of shape \(found.first?.shape ?? [])"
            )
        }
    }
}

/// Opening arrays of rows for a model.
package enum ArrayFile {
    /// Opens an array, NPY or IDX, for a model that takes one, or a vector for a model that takes columns of numbers.
    package static func reader(of path: String, fields: [Field]) throws -> any RowReader {
        func sized(_ reader: any RowReader) throws -> any RowReader {
            try fields.count == 1 ? fields[0].geometry.map { try GeometryReader(reader, $0) } ?? reader : reader
        }
        return switch try FileKind(of: path) {
        case .idx: try tensors(sized(IDXReader(path: path, field: fields[0].name)), fields)
        case .npy: try tensors(sized(NPYRowReader(path: path, field: fields[0].name)), fields)
        case .csv, .jsonl, .picture, .wav:
            throw DatasetError(.init(path), "expected an array, found a table or a picture", hint: "give a .npy file")
        }
    }

    /// Rows of one tensor each, for a model that takes one, or a vector for a model that takes columns of numbers.
    private static func tensors(_ reader: any RowReader, _ fields: [Field]) throws -> any RowReader {
        let found = reader.fields[0]
        let expected = fields.reduce(0) { $0 + $1.width }
        if let text = fields.first(where: { $0.kind == .text }) {
            throw DatasetError(
                .init(reader.source),
                "the model takes text in column `\(text.name)`, and this file holds numbers",
                hint: "give a CSV file"
            )
        }
        if let window = try Window.shared(by: fields, in: reader.source) {
            return try windows(reader, fields, length: window.length)
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

extension ArrayFile {
    /// Windows that are cut already, row after row with a number for each column, for a model that takes windows.
    private static func windows(_ reader: any RowReader, _ fields: [Field], length: Int) throws -> any RowReader {
        let found = reader.fields[0].shape
        guard found == [length, fields.count] || (fields.count == 1 && found == [length]) else {
            throw DatasetError(
                .init(reader.source),
                "expected windows of shape \([length, fields.count]), found rows of shape \(found)"
            )
        }
        return ReshapingReader(reader, fields: fields, isInterleaved: true)
    }
}

extension Window {
    /// The window of all fields; `nil` when they are none.
    ///
    /// - Throws: ``DatasetError`` when they are not all of one kind, as in a package that somebody else wrote.
    static func shared(by fields: [Field], in source: String) throws -> Window? {
        let window = fields.first?.window
        guard fields.allSatisfy({ $0.window == window }) else {
            throw DatasetError(.init(source), "the model takes columns of different windows: its package is damaged")
        }
        return window
    }
}

/// What a file of rows is, by its first bytes.
enum FileKind {
    case csv, jsonl, npy, idx, picture, wav

    init(of path: String) throws {
        var reader = try DataFile.reader(of: path)
        var start = try reader.bytes(12)
        if ImageFile(start) != nil {
            self = .picture
            return
        }
        if WAVReader.isWAV(start) {
            self = .wav
            return
        }
        try DataFile.refuseOthers(start, path: path)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
        if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
            guard !reader.isCompressed else {
                throw DatasetError(.init(path), "a compressed .npy file is not read", hint: "uncompress it with gunzip")
            }
            self = .npy
        } else if start.starts(with: [0, 0, 8]) {
            self = .idx
        } else if start.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
            self = .jsonl
        } else {
            self = .csv
        }
    }
}

/// Deals the numbers of a vector out to the fields of a model.
private final class ReshapingReader: RowReader {
    let fields: [Field]
    private let base: any RowReader
    /// Whether the numbers of the fields stand by turns, and not one field behind the other.
    private let isInterleaved: Bool

    init(_ base: any RowReader, fields: [Field], isInterleaved: Bool = false) {
        self.base = base
        self.fields = fields
        self.isInterleaved = isInterleaved
    }

    var source: String { base.source }

    func read(upTo limit: Int) throws -> RawRows? {
        guard let rows = try base.read(upTo: limit) else { return nil }
        let column = rows.columns[0]
        if fields.count == 1 { return RawRows(count: rows.count, columns: [RawColumn(fields[0], column.values)]) }
        let numbers = column.numbers()
        var offset = 0
        let columns = fields.map { field in
            var values: [Double] = []
            for row in 0..<rows.count {
                let start = row * column.field.width + offset
                if isInterleaved {
                    values += (0..<field.width).map { numbers[start + $0 * fields.count] }
                } else {
                    values += numbers[start..<start + field.width]
                }
            }
            offset += isInterleaved ? 1 : field.width
            return RawColumn(field, .doubles(values))
        }
        return RawRows(count: rows.count, columns: columns)
    }
}
