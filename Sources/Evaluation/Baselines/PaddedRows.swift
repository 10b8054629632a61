internal import Datasets

/// Standardized rows in pieces of eight numbers, with a 1 behind each row and zeros up to the next piece.
///
/// Rows are worked on by four, so that a weight is loaded once for all of them; rows of zeros fill up the last four.
struct PaddedRows {
    typealias Piece = SIMD8<Float>

    let count: Int
    /// The pieces per row.
    let width: Int
    private let pieces: [Piece]

    init(_ inputs: FeatureRows, rows: [Int], scaling: Scaling) {
        count = rows.count
        width = inputs.columns / 8 + 1
        var pieces = [Piece](repeating: Piece(), count: (rows.count + 3) / 4 * 4 * width)
        for (index, row) in rows.enumerated() {
            for column in 0..<inputs.columns {
                let value = (inputs[row, column] - scaling.means[column])
                pieces[index * width + column / 8][column % 8] = value * scaling.factors[column]
            }
            pieces[index * width + inputs.columns / 8][inputs.columns % 8] = 1
        }
        self.pieces = pieces
    }

    /// The products of four rows, from `row` on, with weights that begin at `start`.
    func products(row: Int, _ weights: [Piece], from start: Int) -> SIMD4<Double> {
        var (first, second, third, fourth) = (Piece(), Piece(), Piece(), Piece())
        let base = row * width
        for piece in 0..<width {
            let weight = weights[start + piece]
            first += pieces[base + piece] * weight
            second += pieces[base + width + piece] * weight
            third += pieces[base + 2 * width + piece] * weight
            fourth += pieces[base + 3 * width + piece] * weight
        }
        return SIMD4(total(first), total(second), total(third), total(fourth))
    }

    private func total(_ piece: Piece) -> Double { (0..<8).reduce(0.0) { $0 + Double(piece[$1]) } }

    /// Adds four rows, from `row` on, each times its factor, to sums that begin at `start`.
    func add(row: Int, times factors: SIMD4<Float>, to sums: inout [Piece], from start: Int) {
        let base = row * width
        for piece in 0..<width {
            let near = pieces[base + piece] * factors[0] + pieces[base + width + piece] * factors[1]
            let far = pieces[base + 2 * width + piece] * factors[2] + pieces[base + 3 * width + piece] * factors[3]
            sums[start + piece] += near + far
        }
    }
}

/// Mean and one over the deviation of each column of the rows that a model is fitted on.
struct Scaling: Sendable {
    let means: [Float]
    let factors: [Float]

    /// The mean over the columns of the squared distance from the mean, in deviations; a column that never changed counts 0.
    func squaredDistances(of inputs: FeatureRows) -> [Float] {
        (0..<inputs.count).map { row in
            var sum = 0.0
            for column in 0..<inputs.columns {
                let distance = Double((inputs[row, column] - means[column]) * factors[column])
                sum += distance * distance
            }
            return Float(sum / Double(max(inputs.columns, 1)))
        }
    }

    init(_ inputs: FeatureRows, rows: [Int]) {
        let columns = inputs.columns
        var sums = [Double](repeating: 0, count: columns)
        for row in rows { for column in 0..<columns { sums[column] += Double(inputs[row, column]) } }
        let means = sums.map { $0 / Double(rows.count) }
        var squares = [Double](repeating: 0, count: columns)
        for row in rows {
            for column in 0..<columns {
                let difference = Double(inputs[row, column]) - means[column]
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
