internal import Datasets
package import Evaluation

/// What makes a class of a model's probabilities, or of the score of an anomaly, for reports.
package struct DecisionLine: Codable, Sendable {
    /// The class that is said from the threshold on; `nil` where costs decide.
    package let of: String?
    package let threshold: Double?
    /// Of an anomaly task what the threshold rests on, and what is to be expected of it; `nil` for others.
    package let score: Score?

    /// A threshold on scores.
    package struct Score: Codable, Sendable {
        /// The share of normal rows that is to stay at or below the threshold.
        package let quantile: Double
        /// The normal rows that it was chosen from, which were not learned from.
        package let rows: Int
        /// The share of new normal rows that will be above it, on average, and its 95 % interval.
        package let falseAlarmRate: Double
        package let interval: Interval

        init(_ threshold: ScoreThreshold) {
            let expected = threshold.expectedFalseAlarms
            (quantile, rows) = (threshold.quantile, threshold.rows)
            (falseAlarmRate, interval) = expected
        }
    }

    init(_ decision: Decision) {
        score = decision.scoreThreshold.map { Score($0) }
        switch decision.rule {
        case .threshold(let index, let threshold): (of, self.threshold) = (decision.classes[index], threshold)
        case .costs: (of, threshold) = (nil, nil)
        case .score(let threshold): (of, self.threshold) = (decision.classes[1], threshold.score)
        }
    }
}
