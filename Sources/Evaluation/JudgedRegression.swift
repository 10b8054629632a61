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
        if let bad = (targets + predictions).firstIndex(where: { !$0.isFinite }) {
            throw .unusable("row \(bad % targets.count / columns + 1): expected a number, found NaN or infinity")
        }
        self.targets = targets
        self.predictions = predictions
        self.columns = columns
        rows = targets.count / columns
        self.weights = weights ?? [Double](repeating: 1, count: rows)
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
        metrics.map { value(of: $0, weights) }
    }

    private func value(of metric: Metric, _ weights: [Double]) -> Double? {
        let total = weights.reduce(0, +)
        guard metric.task == .regression, total > 0 else { return nil }
        var sum = 0.0
        for column in 0..<columns {
            switch metric {
            case .meanAbsoluteError: sum += self.sum(column, weights) { abs($0 - $1) } / total
            case .meanSquaredError: sum += self.sum(column, weights) { ($0 - $1) * ($0 - $1) } / total
            case .rootMeanSquaredError:
                sum += (self.sum(column, weights) { ($0 - $1) * ($0 - $1) } / total).squareRoot()
            case .r2:
                guard let r2 = r2(column, weights, total) else { return nil }
                sum += r2
            default: return nil
            }
        }
        return sum / Double(columns)
    }

    /// The weighted sum of a figure of target and prediction.
    private func sum(_ column: Int, _ weights: [Double], _ figure: (Double, Double) -> Double) -> Double {
        var sum = 0.0
        for row in 0..<rows {
            let index = row * columns + column
            sum += weights[row] * figure(targets[index], predictions[index])
        }
        return sum
    }

    /// Not defined for one row; for a target that never changes 1 if it is always right, else 0.
    private func r2(_ column: Int, _ weights: [Double], _ total: Double) -> Double? {
        guard rows >= 2 else { return nil }
        let center = self.sum(column, weights) { target, _ in target } / total
        let unexplained = self.sum(column, weights) { ($0 - $1) * ($0 - $1) }
        let variance = self.sum(column, weights) { target, _ in (target - center) * (target - center) }
        if variance == 0 { return unexplained == 0 ? 1 : 0 }
        return 1 - unexplained / variance
    }
}
