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

    /// The given rows, in their order.
    func selecting(_ chosen: [Int]) -> Matrix {
        var selected: [Float] = []
        selected.reserveCapacity(chosen.count * columns)
        for row in chosen { selected += values[row * columns..<(row + 1) * columns] }
        return Matrix(rows: chosen.count, columns: columns, values: selected)
    }

    /// The first rows, at most so many.
    package func prefix(_ count: Int) -> Matrix {
        let count = min(count, rows)
        return Matrix(rows: count, columns: columns, values: Array(values.prefix(count * columns)))
    }

    /// A matrix of zeros.
    package init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
    }
}
