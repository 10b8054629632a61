package import Datasets

/// Scores of rows beside what the rows are: normal, or something else.
///
/// The area under the curves and the figures of what was said are those of scikit-learn for the anomalous rows; they are
/// defined only where there are such. What is said of scores is about the normal rows.
package struct JudgedAnomalies: JudgedPredictions {
    package let weights: [Double]
    /// 0 for a normal row, 1 for another.
    private let labels: [Int32]
    private let scores: [Double]
    /// What was said of each row, in the same numbers; `nil` where only scores are known.
    private let said: JudgedClassification?
    private let ranking: Ranking
    /// The normal rows by rising score.
    private let rising: [Int]

    package var rows: Int { labels.count }

    /// Takes a score for each row, and what was said of it.
    ///
    /// - Throws: ``EvaluationError`` when the numbers of rows differ, or something is not finite.
    package init(
        labels: [Int32],
        scores: [Double],
        predictions: [Int32]?,
        weights: [Double]? = nil
    ) throws(EvaluationError) {
        guard scores.count == labels.count else {
            throw .unusable("expected a score for each of \(labels.count) rows, found \(scores.count)")
        }
        if let bad = scores.firstIndex(where: { !$0.isFinite }) {
            throw .unusable("row \(bad + 1): expected a score, found \(scores[bad])")
        }
        self.labels = labels
        self.scores = scores
        // It checks labels and weights, whatever was said.
        let judged = try JudgedClassification(
            labels: labels,
            predictions: predictions ?? labels,
            classes: 2,
            weights: weights
        )
        said = predictions == nil ? nil : judged
        self.weights = judged.weights
        ranking = Ranking(scores: JudgedAnomalies.notNegative(scores), labels: labels, positive: 1)
        rising = labels.indices.filter { labels[$0] == 0 }.sorted { (scores[$0], $0) < (scores[$1], $1) }
    }

    /// Takes the answers of a model: a score for each row, and the threshold that decides.
    package init(labels: [Int32], outputs: Matrix, decision: Decision?) throws(EvaluationError) {
        try self.init(
            labels: labels,
            scores: outputs.values.map { Double($0) },
            predictions: decision?.scoreThreshold?.answers(to: outputs.values)
        )
    }

    /// The scores, or their places in the order of all where some are below zero.
    private static func notNegative(_ scores: [Double]) -> [Double] {
        guard scores.contains(where: { $0 < 0 }) else { return scores }
        var places: [Double: Double] = [:]
        for (place, score) in Set(scores).sorted().enumerated() { places[score] = Double(place) }
        return scores.map { places[$0] ?? 0 }
    }

    package func values(of metrics: [Metric], weights: [Double]) -> [Double?] {
        let hasAnomalies = labels.indices.contains { labels[$0] == 1 && weights[$0] > 0 }
        let told: [Metric] = [.precision, .recall, .f1]
        let figures = hasAnomalies ? said?.values(of: told, weights: weights) : nil
        return metrics.map { metric in
            if let place = told.firstIndex(of: metric) { return figures.flatMap { $0[place] } }
            switch metric {
            case .rocAUC: return ranking.rocAUC(weights)
            case .averagePrecision: return hasAnomalies ? ranking.averagePrecision(weights) : nil
            case .falseAlarmRate: return falseAlarmRate(weights)
            case .meanScore: return meanScore(weights)
            case .medianScore: return quantile(0.5, weights)
            case .scoreP95: return quantile(0.95, weights)
            case .scoreP99: return quantile(0.99, weights)
            default: return nil
            }
        }
    }

    /// What was taken for what; `nil` unless there are rows of both kinds, and something was said of them.
    var confusionMatrix: ConfusionMatrix? {
        guard let said, labels.contains(0), labels.contains(1) else { return nil }
        return ConfusionMatrix(said, weights: weights)
    }

    /// Wilson's intervals of the shares that were counted; none where rows count differently.
    var wilsonIntervals: [String: Interval] {
        guard let said, let first = weights.first, weights.allSatisfy({ $0 == first }) else { return [:] }
        func share(_ isPart: (Int) -> Bool, of isWhole: (Int) -> Bool) -> Interval? {
            let whole = labels.indices.filter(isWhole)
            return Interval.wilson(successes: whole.count(where: isPart), rows: whole.count)
        }
        let isSaid = { (row: Int) in said.predictions[row] == 1 }
        let isAnomaly = { (row: Int) in labels[row] == 1 }
        var found: [String: Interval] = [:]
        found[Metric.falseAlarmRate.name] = share(isSaid, of: { !isAnomaly($0) })
        guard labels.contains(1) else { return found }
        found[Metric.recall.name] = share(isSaid, of: isAnomaly)
        found[Metric.precision.name] = share(isAnomaly, of: isSaid)
        return found
    }

    private func falseAlarmRate(_ weights: [Double]) -> Double? {
        guard let said else { return nil }
        var (alarms, total) = (0.0, 0.0)
        for row in rising {
            total += weights[row]
            if said.predictions[row] == 1 { alarms += weights[row] }
        }
        return total > 0 ? alarms / total : nil
    }

    private func meanScore(_ weights: [Double]) -> Double? {
        var (sum, total) = (0.0, 0.0)
        for row in rising {
            total += weights[row]
            sum += weights[row] * scores[row]
        }
        return total > 0 ? sum / total : nil
    }

    /// The least score that so much of the weight does not exceed: `inverted_cdf` of `numpy.quantile`.
    private func quantile(_ share: Double, _ weights: [Double]) -> Double? {
        let goal = share * rising.reduce(0) { $0 + weights[$1] }
        var sum = 0.0
        var last: Double?
        for row in rising where weights[row] > 0 {
            sum += weights[row]
            last = scores[row]
            if sum >= goal { break }
        }
        return last
    }
}
