/// How far what a network gives back is from what it was given.
extension Matrix {
    /// The mean of the squared differences of each row, one column; the unit is that of the features, squared.
    ///
    /// Behind `standardize` a feature that is off by one deviation counts 1. The differences are taken and added in double
    /// precision from the first column to the last, so that a row has the same bits in any company. What is beyond the
    /// greatest number is as far as one can be, and no reason to answer no row at all.
    package func meanSquaredErrors(of other: Matrix) -> Matrix {
        precondition(rows == other.rows && columns == other.columns, "matrices of one shape are compared")
        let scores = (0..<rows).map { row -> Float in
            var sum = 0.0
            for place in row * columns..<(row + 1) * columns {
                let difference = Double(values[place]) - Double(other.values[place])
                sum += difference * difference
            }
            return Float(min(sum / Double(max(columns, 1)), Double(Float.greatestFiniteMagnitude)))
        }
        return Matrix(rows: rows, columns: 1, values: scores)
    }
}
