internal import Datasets

/// Finds the threshold of a class on rows whose class is known.
///
/// Every probability that occurs is tried, from the highest to the lowest; each lets in the rows that have it.
struct ThresholdSearch {
    /// What is known when everything from a threshold on is said to be of the class.
    private struct Point {
        let threshold: Double
        /// Rows of the class, and of others, at or above the threshold.
        let truePositives: Double
        let falsePositives: Double
    }

    private let points: [Point]
    private let positives: Double
    private let negatives: Double

    /// Takes the probability of the class in each row, and whether the row belongs to it.
    init(probabilities: [Double], isPositive: [Bool]) {
        let order = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
        var points: [Point] = []
        var (truePositives, falsePositives) = (0.0, 0.0)
        for (place, row) in order.enumerated() {
            if isPositive[row] { truePositives += 1 } else { falsePositives += 1 }
            let isLast = place + 1 == order.count || probabilities[order[place + 1]] != probabilities[row]
            guard isLast else { continue }
            points.append(
                Point(
                    threshold: probabilities[row],
                    truePositives: truePositives,
                    falsePositives: falsePositives
                )
            )
        }
        self.points = points
        positives = truePositives
        negatives = falsePositives
    }

    /// The threshold that gives the largest value of a figure; of equal ones the highest.
    func maximizing(_ goal: DecisionRule.Goal) -> Double? {
        var best: (value: Double, threshold: Double)?
        for point in points {
            let value = value(of: goal, at: point)
            if best.map({ value > $0.value }) ?? true { best = (value, point.threshold) }
        }
        return best?.threshold
    }

    /// The highest threshold that finds this share of the rows of the class.
    func threshold(recall: Double) -> Double? {
        points.first { $0.truePositives >= recall * positives - 1e-9 }?.threshold
    }

    /// The lowest threshold at which this share of what is let in belongs to the class; `nil` when there is none.
    func threshold(precision: Double) -> Double? {
        points.last { $0.truePositives >= precision * ($0.truePositives + $0.falsePositives) - 1e-9 }?.threshold
    }

    private func value(of goal: DecisionRule.Goal, at point: Point) -> Double {
        let (found, wrong) = (point.truePositives, point.falsePositives)
        let (missed, right) = (positives - found, negatives - wrong)
        func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
        switch goal {
        case .f1: return share(2 * found, 2 * found + wrong + missed)
        case .accuracy: return share(found + right, positives + negatives)
        case .balancedAccuracy: return (share(found, positives) + share(right, negatives)) / 2
        case .matthewsCorrelation:
            let product = (found + wrong) * (found + missed) * (right + wrong) * (right + missed)
            return share(found * right - wrong * missed, product.squareRoot())
        }
    }
}
