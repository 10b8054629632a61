/// A source of raw rows, read some at a time in memory that does not depend on its length.
package protocol RowReader: AnyObject {
    /// The name of the source, for messages.
    var source: String { get }

    /// What stands in a row.
    var fields: [Field] { get }

    /// The next rows, at most `limit`; `nil` after the last.
    func read(upTo limit: Int) throws -> RawRows?
}

extension RowReader {
    /// Reads all rows that are left.
    ///
    /// - Throws: ``DatasetError`` when there are none.
    package func readAll() throws -> RawRows {
        guard var rows = try read(upTo: 4096) else { throw DatasetError.noRows(source) }
        while let more = try read(upTo: 4096) { rows.append(more) }
        return rows
    }
}
