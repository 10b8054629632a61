/// Predictions beside what they should have been.
package protocol JudgedPredictions: Sendable {
    /// The number of rows.
    var rows: Int { get }

    /// What each row counts; 1 for every row unless it was said otherwise.
    var weights: [Double] { get }

    /// The values of metrics, when row `r` counts `weights[r]`; `nil` for one that is not defined.
    ///
    /// Several at once cost little more than one, as they share what is counted.
    func values(of metrics: [Metric], weights: [Double]) -> [Double?]
}

extension JudgedPredictions {
    /// The value of a metric, when row `r` counts `weights[r]`; `nil` where it is not defined.
    package func value(of metric: Metric, weights: [Double]) -> Double? { values(of: [metric], weights: weights)[0] }

    /// The value of a metric; `nil` where it is not defined, such as the area under a curve of one class.
    package func value(of metric: Metric) -> Double? { value(of: metric, weights: weights) }
}

extension JudgedPredictions {
    /// Throws ``EvaluationError`` for weights that are too large to be added.
    static func checkSum(of weights: [Double]?) throws(EvaluationError) {
        guard let weights, !weights.reduce(0, +).isFinite else { return }
        throw .unusable("expected weights that can be added, found a sum that is no number")
    }
}
