internal import Datasets

/// Standardized rows in pieces of eight numbers, with a 1 behind each row and zeros up to the next piece.
struct PaddedRows {
    typealias Piece = SIMD8<Float>

    let count: Int
    /// The pieces per row.
    let width: Int
    private let pieces: [Piece]

    init(_ inputs: Matrix, rows: [Int], scaling: Scaling) {
        count = rows.count
        width = inputs.columns / 8 + 1
        var pieces = [Piece](repeating: Piece(), count: rows.count * width)
        for (index, row) in rows.enumerated() {
            for column in 0..<inputs.columns {
                let value = (inputs.values[row * inputs.columns + column] - scaling.means[column])
                pieces[index * width + column / 8][column % 8] = value * scaling.factors[column]
            }
            pieces[index * width + inputs.columns / 8][inputs.columns % 8] = 1
        }
        self.pieces = pieces
    }

    /// The product of a row with weights that begin at `start`.
    func product(row: Int, _ weights: [Piece], from start: Int) -> Double {
        var (even, odd) = (Piece(), Piece())
        var piece = 0
        while piece + 1 < width {
            even += pieces[row * width + piece] * weights[start + piece]
            odd += pieces[row * width + piece + 1] * weights[start + piece + 1]
            piece += 2
        }
        if piece < width { even += pieces[row * width + piece] * weights[start + piece] }
        let sum = even + odd
        return (0..<8).reduce(0.0) { $0 + Double(sum[$1]) }
    }

    /// Adds a multiple of a row to sums that begin at `start`.
    func add(row: Int, times factor: Float, to sums: inout [Piece], from start: Int) {
        for piece in 0..<width { sums[start + piece] += pieces[row * width + piece] * factor }
    }
}

/// Mean and one over the deviation of each column of the rows that a model is fitted on.
struct Scaling: Sendable {
    let means: [Float]
    let factors: [Float]

    init(_ inputs: Matrix, rows: [Int]) {
        let columns = inputs.columns
        var sums = [Double](repeating: 0, count: columns)
        for row in rows { for column in 0..<columns { sums[column] += Double(inputs.values[row * columns + column]) } }
        let means = sums.map { $0 / Double(rows.count) }
        var squares = [Double](repeating: 0, count: columns)
        for row in rows {
            for column in 0..<columns {
                let difference = Double(inputs.values[row * columns + column]) - means[column]
                squares[column] += difference * difference
            }
        }
        self.means = means.map { Float($0) }
        factors = zip(squares, means).map { square, mean in
            let deviation = (square / Double(rows.count)).squareRoot()
            // What is left of a constant by rounding is no signal.
            return deviation > 1e-7 * abs(mean) ? Float(1 / deviation) : 0
        }
    }
}
