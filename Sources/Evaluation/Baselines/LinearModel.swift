internal import Datasets
internal import Support

/// Outputs that are weighted sums of the inputs, behind a softmax for classes.
///
/// Fitting goes through the rows in their order on one thread: the same rows give the same weights everywhere.
struct LinearModel: Sendable {
    typealias Piece = PaddedRows.Piece

    /// The weight of the penalty on half the squared weights, as in scikit-learn's `LogisticRegression` and `Ridge`.
    static let penalty = 1.0

    private let scaling: Scaling
    private let columns: Int
    private let outputs: Int
    private let isSoftmax: Bool
    /// For each output the weights of the standardized inputs and that of the 1 behind them, in pieces.
    private let weights: [Piece]

    init(_ training: Examples, rows: [Int]) {
        let scaling = Scaling(training.inputs, rows: rows)
        let padded = PaddedRows(training.inputs, rows: rows, scaling: scaling)
        switch training.targets {
        case .classes(let labels, let count):
            let fit = LogisticFit(
                rows: padded,
                labels: rows.map { Int(labels[$0]) },
                classes: count,
                bias: training.inputs.columns
            )
            weights = fit.weights()
            outputs = count
            isSoftmax = true
        case .values(let targets):
            weights = (0..<targets.columns).flatMap { column in
                ridgeWeights(
                    padded,
                    targets: rows.map { Double(targets.values[$0 * targets.columns + column]) },
                    bias: training.inputs.columns
                )
            }
            outputs = targets.columns
            isSoftmax = false
        }
        self.scaling = scaling
        columns = training.inputs.columns
    }

    func outputs(for inputs: FeatureRows) -> Matrix {
        precondition(inputs.columns == columns, "a linear model takes the inputs that it was fitted on")
        var values: [Float] = []
        values.reserveCapacity(inputs.count * outputs)
        for start in stride(from: 0, to: inputs.count, by: 256) {
            let chosen = Array(start..<min(start + 256, inputs.count))
            let rows = PaddedRows(inputs, rows: chosen, scaling: scaling)
            for four in stride(from: 0, to: chosen.count, by: 4) {
                let products = (0..<outputs).map { rows.products(row: four, weights, from: $0 * rows.width) }
                for row in 0..<min(4, chosen.count - four) {
                    let sums = products.map { $0[row] }
                    values += (isSoftmax ? softmax(sums) : sums).map { Float($0) }
                }
            }
        }
        return Matrix(rows: inputs.count, columns: outputs, values: values)
    }
}

/// The exponentials of `sums`, divided by their sum.
func softmax(_ sums: [Double]) -> [Double] {
    let highest = sums.max() ?? 0
    let exponentials = sums.map { RepeatableMath.exp($0 - highest) }
    let total = exponentials.reduce(0, +)
    return exponentials.map { $0 / total }
}

/// The weights that minimize the squared error plus the penalty, by conjugate gradients on the normal equations.
///
/// The inputs have mean zero, so that the bias is the mean of the targets.
private func ridgeWeights(_ rows: PaddedRows, targets: [Double], bias: Int) -> [PaddedRows.Piece] {
    let size = rows.width * 8
    let mean = targets.reduce(0, +) / Double(targets.count)
    /// The sum of the rows, each times its factor, without the place of the bias.
    func combined(_ factors: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: size)
        for start in stride(from: 0, to: rows.count, by: 64) {
            var pieces = [PaddedRows.Piece](repeating: .init(), count: rows.width)
            for row in stride(from: start, to: min(start + 64, rows.count), by: 4) {
                var four = SIMD4<Float>()
                for index in 0..<min(4, rows.count - row) { four[index] = Float(factors[row + index]) }
                rows.add(row: row, times: four, to: &pieces, from: 0)
            }
            for index in 0..<size { sums[index] += Double(pieces[index / 8][index % 8]) }
        }
        sums[bias] = 0
        return sums
    }
    var solution = [Double](repeating: 0, count: size)
    var residual = combined(targets.map { $0 - mean })
    var direction = residual
    var square = residual.reduce(0) { $0 + $1 * $1 }
    let goal = square * 1e-12
    for _ in 0..<200 where square > goal {
        let pieces = packed(direction)
        let products = stride(from: 0, to: rows.count, by: 4).flatMap { row in
            let four = rows.products(row: row, pieces, from: 0)
            return (0..<4).map { four[$0] }
        }
        let image = zip(combined(products), direction).map { $0 + LinearModel.penalty * $1 }
        let step = square / zip(direction, image).reduce(0) { $0 + $1.0 * $1.1 }
        for index in 0..<size {
            solution[index] += step * direction[index]
            residual[index] -= step * image[index]
        }
        let next = residual.reduce(0) { $0 + $1 * $1 }
        for index in 0..<size { direction[index] = residual[index] + next / square * direction[index] }
        square = next
    }
    solution[bias] = mean
    return packed(solution)
}

/// Numbers in pieces of eight.
func packed(_ numbers: [Double]) -> [PaddedRows.Piece] {
    stride(from: 0, to: numbers.count, by: 8).map { start in
        var piece = PaddedRows.Piece()
        for index in 0..<8 { piece[index] = Float(numbers[start + index]) }
        return piece
    }
}
