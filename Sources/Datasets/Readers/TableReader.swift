/// A reader of a table: columns with names, of which some are chosen.
package protocol TableReader: RowReader {
    /// The names of the columns, as they stand in the file.
    var header: [String] { get }

    /// Chooses what is read; every other column is skipped.
    ///
    /// A field of more than one value is read from the columns `name_0`, `name_1` and so on.
    func select(_ fields: [Field]) throws
}
