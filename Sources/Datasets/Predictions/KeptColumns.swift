internal import Support

/// Columns of the rows that are predicted, which are written in front of the answers so that these can be told apart.
package final class KeptColumns {
    /// The names, in the order of the file.
    package let names: [String]
    private let reader: any RowReader

    /// What the name of a picture's file is called.
    package static let fileColumn = "file"

    /// The names of pictures, which is all that is known about them besides what they show.
    package convenience init(pictures path: String) throws {
        try self.init(["*"], of: path, format: CSVFormat())
    }

    /// Some rows of a table, in any order, which is read as a whole for it.
    private static func rows(_ rows: [Int], of table: any RowReader) throws -> any RowReader {
        let store = try RowStore(table, memoryLimit: RowStore.tableLimit)
        guard rows.allSatisfy({ $0 < store.count }) else {
            throw DatasetError(.init(table.source), "the file has changed while it was read")
        }
        return HeldRows(try store.fields.indices.map { try store.column($0) }, rows: rows, source: table.source)
    }

    /// Columns of text that a reader has for its rows.
    package init(labels: RawRows, of source: String) {
        names = labels.columns.map(\.field.name)
        reader = HeldRows(labels.columns, rows: Array(0..<labels.count), source: source)
    }

    /// Whether there are pictures at a path, instead of a table or an array.
    package static func arePictures(at path: String) throws -> Bool {
        if FileSystem.isDirectory(path) { return true }
        if case .picture = try FileKind(of: path) { return true }
        return false
    }

    /// Opens a table a second time, and chooses columns by names or patterns with `*`.
    ///
    /// `origins` are the rows of the table, from 0, that the answers are for; `nil` for all, one after the other.
    ///
    /// - Throws: ``DatasetError`` for a file that is no table, or a name that fits no column.
    package init(_ patterns: [String], of path: String, format: CSVFormat, origins: [Int]? = nil) throws {
        if try KeptColumns.arePictures(at: path) {
            reader = PictureNames(try ClassFolder(path, of: .pictures))
            for pattern in patterns where !NamePattern(pattern).matches(KeptColumns.fileColumn) {
                throw DatasetError.unknownColumn(.init(path), pattern, known: [KeptColumns.fileColumn])
            }
            names = [KeptColumns.fileColumn]
            return
        }
        let reader: any TableReader
        switch try FileKind(of: path) {
        case .jsonl: reader = try JSONLRowReader(path: path, missing: MissingMarkers([]))
        case .csv:
            // As they stand in the file: what stands for a missing value too.
            let plain = CSVFormat(
                delimiter: Unicode.Scalar(format.delimiter),
                decimal: Unicode.Scalar(format.decimal),
                missing: MissingMarkers([])
            )
            reader = try CSVRowReader(path: path, format: plain)
        case .idx, .npy, .picture, .wav:
            throw DatasetError(
                .init(path),
                "expected a table, found an array: it has no columns to keep",
                kind: .usage
            )
        }
        for pattern in patterns where !reader.header.contains(where: NamePattern(pattern).matches) {
            throw DatasetError.unknownColumn(.init(path), pattern, known: reader.header)
        }
        names = reader.header.filter { name in patterns.contains { NamePattern($0).matches(name) } }
        try reader.select(names.map { Field($0, .text) })
        self.reader = try origins.map { try KeptColumns.rows($0, of: reader) } ?? reader
    }

    /// The names, none of which may be that of an answer.
    func names(besides kind: PredictionKind) throws -> [String] {
        let answers = PredictionText.columns(of: kind) + ["prediction", "probabilities"]
        if let name = names.first(where: answers.contains) {
            throw DatasetError(
                .init(reader.source, column: name),
                "the column is called as an answer is, and both cannot be kept",
                kind: .usage,
                hint: "rename it, or keep others"
            )
        }
        return names
    }

    /// The texts of the next rows, a row after the other.
    ///
    /// - Throws: ``DatasetError`` when there are not so many.
    func read(_ count: Int) throws -> [[String]] {
        var rows: [[String]] = []
        while rows.count < count {
            guard let batch = try reader.read(upTo: count - rows.count) else {
                throw DatasetError(.init(reader.source), "the file has changed while it was read")
            }
            let columns = batch.columns.map { column -> [String] in
                guard case .text(let texts) = column.values else { return [] }
                return (0..<batch.count).map { String(decoding: texts[$0], as: UTF8.self) }
            }
            for row in 0..<batch.count { rows.append(columns.map { $0[row] }) }
        }
        return rows
    }
}

/// The names of the pictures in a folder, as a column of text.
private final class PictureNames: RowReader {
    let source: String
    let fields = [Field(KeptColumns.fileColumn, .text)]
    private let folder: ClassFolder
    private var next = 0

    init(_ folder: ClassFolder) {
        self.folder = folder
        source = folder.path
    }

    func read(upTo limit: Int) throws -> RawRows? {
        guard next < folder.files.count else { return nil }
        let files = next..<min(next + limit, folder.files.count)
        next = files.upperBound
        return RawRows(count: files.count, columns: [RawColumn(fields[0], .text(TextColumn(files.map(folder.name))))])
    }
}
