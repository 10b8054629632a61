internal import Archiving
internal import Support

/// Opening a file of rows as a stream of bytes.
enum DataFile {
    /// What other files begin with.
    private static let others: [(start: [UInt8], name: String, hint: String)] = [
        (
            Array("PK\u{3}\u{4}".utf8), "a zip file",
            "a workbook is saved as CSV in its own program; the arrays of an .npz file are .npy files: unzip FILE"
        ),
        (Array("PAR1".utf8), "a Parquet file", "write it as CSV or JSON lines, for example with pandas or DuckDB"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old workbook", "save it as CSV in its own program"),
        (Array("SQLite format 3".utf8), "a database", "write the table as CSV: sqlite3 -csv -header FILE QUERY"),
    ]

    /// Opens a file, uncompressed on the way.
    ///
    /// - Throws: ``DatasetError`` for what is no regular file: rows are read more than once.
    static func reader(of path: String) throws -> GzipReader {
        if FileSystem.exists(path), !FileSystem.isFile(path) {
            let isDirectory = FileSystem.isDirectory(path)
            throw DatasetError(
                .init(path),
                "expected a file, found a \(isDirectory ? "directory" : "pipe")",
                hint: isDirectory ? "name a file in it" : "it is read more than once: write the table to a file first"
            )
        }
        return try GzipReader(path: path)
    }

    /// Throws ``DatasetError`` for the beginning of a file that is no text and no array.
    static func refuseOthers(_ start: some Collection<UInt8>, path: String) throws(DatasetError) {
        guard let other = others.first(where: { start.starts(with: $0.start) }) else { return }
        throw DatasetError(.init(path), "expected a table or an array, found \(other.name)", hint: other.hint)
    }
}
