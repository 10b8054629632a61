/// Some rows of one column on their way through a chain of transforms.
package struct FeatureBlock {
    /// The number of rows.
    let rows: Int
    /// The number of values per row.
    var width: Int
    /// `rows` times `width` numbers, row after row; empty for text.
    var numbers: [Double]
    /// The column and the rows of it that text is taken from; `nil` for numbers.
    let text: (column: TextColumn, rows: ArraySlice<Int>)?

    /// Takes the given rows out of a column.
    init(_ column: RawColumn, rows: ArraySlice<Int>) {
        self.rows = rows.count
        width = column.field.width
        if case .text(let texts) = column.values {
            numbers = []
            text = (texts, rows)
        } else {
            numbers = column.numbers(of: rows)
            text = nil
        }
    }
}
