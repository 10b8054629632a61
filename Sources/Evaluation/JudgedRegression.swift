package import Datasets

/// Predicted numbers beside those that were right.
///
/// With more than one number per row, a metric is the mean of those of the numbers, as it is in scikit-learn.
package struct JudgedRegression: JudgedPredictions {
    package let rows: Int
    package let weights: [Double]
    /// The right and the predicted numbers, row after row.
    private let targets: [Double]
    private let predictions: [Double]
    private let columns: Int
    /// For each number of a row, the rows from the largest error of it to the smallest.
    private let byFallingError: [[Int32]]

    /// Takes `columns` numbers per row.
    ///
    /// - Throws: ``EvaluationError`` when the numbers of rows differ, or something is not finite.
    package init(
        targets: [Double],
        predictions: [Double],
        columns: Int = 1,
        weights: [Double]? = nil
    ) throws(EvaluationError) {
        guard columns > 0, targets.count == predictions.count, targets.count.isMultiple(of: columns),
            weights.map({ $0.count == targets.count / columns }) ?? true
        else { throw .unusable("expected \(targets.count) predictions, found \(predictions.count)") }
        for values in [targets, predictions] {
            guard let bad = values.firstIndex(where: { !$0.isFinite }) else { continue }
            throw .unusable("row \(bad / columns + 1): expected a number, found NaN or infinity")
        }
        try Self.checkSum(of: weights)
        self.targets = targets
        self.predictions = predictions
        self.columns = columns
        rows = targets.count / columns
        self.weights = weights ?? [Double](repeating: 1, count: rows)
        byFallingError = (0..<columns).map { column in
            let places = stride(from: column, to: targets.count, by: columns)
            return FallingOrder(places.map { abs(targets[$0] - predictions[$0]) }).rows
        }
    }

    /// Takes the outputs of a model.
    package init(targets: Matrix, outputs: Matrix, weights: [Double]? = nil) throws(EvaluationError) {
        try self.init(
            targets: targets.values.map { Double($0) },
            predictions: outputs.values.map { Double($0) },
            columns: targets.columns,
            weights: weights
        )
    }

    package func values(of metrics: [Metric], weights: [Double]) -> [Double?] {
        let total = weights.reduce(0, +)
        guard total > 0 else { return metrics.map { _ in nil } }
        return metrics.map { metric in
            var sum = 0.0
            for column in 0..<columns {
                guard let value = value(of: metric, column, weights, total) else { return nil }
                sum += value
            }
            let mean = sum / Double(columns)
            // Squares of very large numbers are no numbers any more.
            return mean.isFinite ? mean : nil
        }
    }

    /// The value of a metric for one of the numbers of a row.
    private func value(of metric: Metric, _ column: Int, _ weights: [Double], _ total: Double) -> Double? {
        switch metric {
        case .meanAbsoluteError: mean(column, weights, total) { abs($0 - $1) }
        case .meanSquaredError: mean(column, weights, total) { ($0 - $1) * ($0 - $1) }
        case .rootMeanSquaredError: mean(column, weights, total) { ($0 - $1) * ($0 - $1) }.squareRoot()
        case .r2: rows < 2 ? nil : explained(column, weights, total, shift: 0)
        case .explainedVariance: explained(column, weights, total, shift: mean(column, weights, total, -))
        case .medianAbsoluteError: median(column, weights)
        case .meanAbsolutePercentageError:
            mean(column, weights, total) { target, prediction in
                abs(target - prediction) / max(abs(target), .ulpOfOne)
            }
        case .maxError: columns > 1 ? nil : largest(weights)
        default: nil
        }
    }

    /// The weighted mean of a figure of target and prediction.
    @inline(__always)
    private func mean(
        _ column: Int,
        _ weights: [Double],
        _ total: Double,
        _ figure: (Double, Double) -> Double
    ) -> Double {
        var sum = 0.0
        for row in 0..<rows {
            let index = row * columns + column
            sum += weights[row] * figure(targets[index], predictions[index])
        }
        return sum / total
    }

    /// One minus the mean square of the errors, each less `shift`, over the variance of the target.
    ///
    /// For a target that never changes 1 if nothing is left of the errors, else 0.
    private func explained(_ column: Int, _ weights: [Double], _ total: Double, shift: Double) -> Double {
        let center = mean(column, weights, total) { target, _ in target }
        let unexplained = mean(column, weights, total) { ($0 - $1 - shift) * ($0 - $1 - shift) }
        let variance = mean(column, weights, total) { target, _ in (target - center) * (target - center) }
        // The mean of equal numbers may differ from them in the last place.
        if variance == 0 || isConstant(column, weights) { return unexplained == 0 ? 1 : 0 }
        return 1 - unexplained / variance
    }

    /// Whether the target is the same in every row that counts.
    private func isConstant(_ column: Int, _ weights: [Double]) -> Bool {
        var first: Double?
        for row in 0..<rows where weights[row] > 0 {
            let target = targets[row * columns + column]
            if let first, first != target { return false }
            first = target
        }
        return true
    }

    /// The smallest error that half of the weight does not exceed; halfway to the next one when it is just the half.
    private func median(_ column: Int, _ weights: [Double]) -> Double {
        let order = byFallingError[column]
        // In the order in which it is reached, so that the half is met to the bit.
        let middle = order.reversed().reduce(0) { $0 + weights[Int($1)] } / 2
        func error(_ place: Int) -> Double {
            let index = Int(order[place]) * columns + column
            return abs(targets[index] - predictions[index])
        }
        var sum = 0.0
        var half: Double?
        for place in order.indices.reversed() {
            let weight = weights[Int(order[place])]
            if let half, weight > 0 { return (half + error(place)) / 2 }
            sum += weight
            guard half == nil, sum >= middle else { continue }
            if sum - middle > .ulpOfOne { return error(place) }
            half = error(place)
        }
        return half ?? error(0)
    }

    /// The largest error of a row that counts.
    private func largest(_ weights: [Double]) -> Double {
        var largest = 0.0
        for row in 0..<rows where weights[row] > 0 { largest = max(largest, abs(targets[row] - predictions[row])) }
        return largest
    }
}
