/// A source of raw rows, read some at a time in memory that does not depend on its length.
package protocol RowReader: AnyObject {
    /// The name of the source, for messages.
    var source: String { get }

    /// What stands in a row.
    var fields: [Field] { get }

    /// The next rows, at most `limit`; `nil` after the last.
    func read(upTo limit: Int) throws -> RawRows?

    /// The line of the file on which a row, counted from 1, begins; `nil` where there are no lines.
    func line(ofRow row: Int) -> Int?

    /// The line of a row, or of a step in it where a row is a window, both counted from 1.
    func line(ofRow row: Int, step: Int?) -> Int?

    /// The row of the file, from 0, that each row ends in; `nil` where they are the rows of the file.
    var origins: [Int]? { get }

    /// Columns of text that tell the rows apart where no column of the file does; `nil` for none.
    var labels: RawRows? { get }
}

extension RowReader {
    package func line(ofRow row: Int) -> Int? { nil }

    package func line(ofRow row: Int, step: Int?) -> Int? { line(ofRow: row) }

    package var origins: [Int]? { nil }

    package var labels: RawRows? { nil }

    /// Reads all rows that are left.
    ///
    /// - Throws: ``DatasetError`` when there are none.
    package func readAll() throws -> RawRows {
        guard var rows = try read(upTo: 4096) else { throw DatasetError.noRows(source) }
        while let more = try read(upTo: 4096) { rows.append(more) }
        return rows
    }

    /// Adds the line to an error that names a row of this source.
    package func namingLines<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatasetError {
            guard error.place.line == nil, error.place.source == source, let row = error.place.row else { throw error }
            throw error.at(line: line(ofRow: row, step: error.place.step))
        }
    }
}
