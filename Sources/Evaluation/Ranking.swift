/// Rows in the order of falling scores for one class, for the figures that depend on the order alone.
struct Ranking: Sendable {
    private let order: [Int32]
    /// Whether the row at a place is the last of those with its score.
    private let endsScore: [Bool]
    private let isPositive: [Bool]

    /// Takes the score of each row, which is not negative, and the class that it belongs to.
    init(scores: [Double], labels: [Int32], positive: Int32) {
        let falling = FallingOrder(scores)
        order = falling.rows
        endsScore = falling.endsTie
        isPositive = falling.rows.map { labels[Int($0)] == positive }
    }

    /// The sum, over the thresholds, of the precision there times the recall that it adds; 0 without a positive row.
    func averagePrecision(_ weights: [Double]) -> Double {
        var (truePositives, all, sum, counted) = (0.0, 0.0, 0.0, 0.0)
        for place in order.indices {
            let weight = weights[Int(order[place])]
            all += weight
            if isPositive[place] { truePositives += weight }
            if endsScore[place], truePositives > counted {
                sum += (truePositives - counted) * truePositives / all
                counted = truePositives
            }
        }
        return truePositives > 0 ? sum / truePositives : 0
    }

    /// The area under the curve of true over false positives, by trapezoids; `nil` without both kinds of rows.
    func rocAUC(_ weights: [Double]) -> Double? {
        var (positives, negatives, area) = (0.0, 0.0, 0.0)
        var before = (positives: 0.0, negatives: 0.0)
        for place in order.indices {
            let weight = weights[Int(order[place])]
            if isPositive[place] { positives += weight } else { negatives += weight }
            if endsScore[place] {
                area += (negatives - before.negatives) * (positives + before.positives) / 2
                before = (positives, negatives)
            }
        }
        return positives > 0 && negatives > 0 ? area / (positives * negatives) : nil
    }
}
