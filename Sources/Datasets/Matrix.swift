/// Numbers in rows and columns, stored row after row.
package struct Matrix: Sendable, Equatable {
    package let rows: Int
    package let columns: Int
    /// `rows` times `columns` numbers; row `r` starts at `r * columns`.
    package var values: [Float]

    /// Takes over `values`, which must hold `rows` times `columns` numbers.
    package init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns, "a matrix of \(rows) x \(columns) has that many values")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A matrix of zeros.
    package init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
    }
}
