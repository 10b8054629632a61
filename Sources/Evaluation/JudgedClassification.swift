package import Datasets
internal import Support

/// Classes that were said, and their probabilities, beside the classes that were right.
///
/// Every metric is the one of scikit-learn 1.9; the tests compare them.
package struct JudgedClassification: JudgedPredictions {
    /// The number of classes.
    package let classes: Int
    /// The right class of each row.
    package let labels: [Int32]
    /// The class that was given to each row: the first of the most probable ones, unless another rule decides.
    package let predictions: [Int32]
    /// `classes` probabilities per row; `nil` when only the classes are known.
    package let probabilities: [Double]?
    package let weights: [Double]
    /// The rows that count nothing.
    let weightless: [Int]
    /// The curves over the rows sorted by score: of class 1 when there are two classes, else of each; none without
    /// probabilities.
    private let rankings: [Ranking]

    package var rows: Int { labels.count }

    /// Takes `classes` probabilities per row; `predictions` are needed only where another rule than the most probable
    /// class decides.
    ///
    /// - Throws: ``EvaluationError`` when the numbers of rows differ, or something is no probability, class or weight.
    package init(
        labels: [Int32],
        probabilities: [Double],
        classes: Int,
        predictions: [Int32]? = nil,
        weights: [Double]? = nil
    ) throws(EvaluationError) {
        guard classes >= 2, probabilities.count == labels.count * classes else {
            throw .unusable(
                "expected \(classes) probabilities for each of \(labels.count) rows, found \(probabilities.count)"
            )
        }
        if let bad = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1 + 1e-6) }) {
            throw .unusable("row \(bad / classes + 1): expected a probability, found \(probabilities[bad])")
        }
        let predictions = predictions ?? Self.mostProbable(probabilities, classes)
        try Self.check(labels, predictions, classes, weights)
        self.classes = classes
        self.labels = labels
        self.predictions = predictions
        self.probabilities = probabilities
        self.weights = weights ?? [Double](repeating: 1, count: labels.count)
        weightless = Self.rows(without: weights)
        rankings = (classes == 2 ? 1..<2 : 0..<classes).map { label in
            let scores = labels.indices.map { probabilities[$0 * classes + label] }
            return Ranking(scores: scores, labels: labels, positive: Int32(label))
        }
    }

    /// Takes the classes that were said, where nothing is known about probabilities.
    ///
    /// - Throws: ``EvaluationError`` when the numbers of rows differ, or something is no class or weight.
    package init(
        labels: [Int32],
        predictions: [Int32],
        classes: Int,
        weights: [Double]? = nil
    ) throws(EvaluationError) {
        try Self.check(labels, predictions, classes, weights)
        self.classes = classes
        self.labels = labels
        self.predictions = predictions
        probabilities = nil
        self.weights = weights ?? [Double](repeating: 1, count: labels.count)
        weightless = Self.rows(without: weights)
        rankings = []
    }

    private static func rows(without weights: [Double]?) -> [Int] {
        weights.map { weights in weights.indices.filter { weights[$0] == 0 } } ?? []
    }

    private static func check(
        _ labels: [Int32],
        _ predictions: [Int32],
        _ classes: Int,
        _ weights: [Double]?
    ) throws(EvaluationError) {
        guard predictions.count == labels.count, weights.map({ $0.count == labels.count }) ?? true else {
            throw .unusable("expected a prediction and a weight for each of \(labels.count) rows")
        }
        for column in [labels, predictions] {
            guard let bad = column.firstIndex(where: { $0 < 0 || $0 >= classes }) else { continue }
            throw .unusable("row \(bad + 1): \(column[bad]) is none of \(classes) classes")
        }
        if let weights, let bad = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw .unusable("row \(bad + 1): expected a weight, found \(weights[bad])")
        }
        try checkSum(of: weights)
    }

    /// Takes the outputs of a model: a column per class, or the probability of the second of two classes.
    ///
    /// Without a `decision` the most probable class is what the model says.
    package init(
        labels: [Int32],
        outputs: Matrix,
        classes: Int,
        decision: Decision? = nil,
        weights: [Double]? = nil
    ) throws(EvaluationError) {
        let probabilities = outputs.probabilities(of: classes)
        var predictions: [Int32]?
        if let decision, probabilities.count == labels.count * classes, decision.classes.count == classes {
            predictions = stride(from: 0, to: probabilities.count, by: classes).map {
                Int32(decision.answer(probabilities[$0..<$0 + classes]))
            }
        }
        try self.init(
            labels: labels,
            probabilities: probabilities,
            classes: classes,
            predictions: predictions,
            weights: weights
        )
    }

    package func values(of metrics: [Metric], weights: [Double]) -> [Double?] {
        guard weights.contains(where: { $0 > 0 }) else { return metrics.map { _ in nil } }
        let counts =
            metrics.allSatisfy(\.needsProbabilities) ? nil : ConfusionMatrix(self, weights: weights)
        return metrics.map { metric in
            if metric.needsProbabilities { return probabilistic(metric, weights) }
            return counts.flatMap { value(of: metric, $0) }
        }
    }

    /// The value of a metric that follows from what was taken for what.
    private func value(of metric: Metric, _ counts: ConfusionMatrix) -> Double? {
        switch metric {
        case .accuracy: counts.accuracy
        case .balancedAccuracy: counts.balancedAccuracy
        case .precision: classes == 2 ? counts.classes[1].precision : nil
        case .recall: classes == 2 ? counts.classes[1].recall : nil
        case .f1: classes == 2 ? counts.classes[1].f1Score : nil
        case .matthewsCorrelation: counts.matthewsCorrelation
        case .cohenKappa: counts.cohenKappa
        case .precisionMacro: counts.mean(\.precision)
        case .recallMacro: counts.mean(\.recall)
        case .f1Macro: counts.mean(\.f1Score)
        case .precisionWeighted: counts.weightedMean(\.precision)
        case .recallWeighted: counts.weightedMean(\.recall)
        case .f1Weighted: counts.weightedMean(\.f1Score)
        default: nil
        }
    }

    /// The value of a metric that follows from the probabilities; `nil` without them.
    private func probabilistic(_ metric: Metric, _ weights: [Double]) -> Double? {
        guard let probabilities else { return nil }
        switch metric {
        case .logLoss: return logLoss(probabilities, weights)
        case .averagePrecision: return mean(rankings.map { $0.averagePrecision(weights) })
        case .rocAUC: return mean(rankings.map { $0.rocAUC(weights) })
        case .brierScore: return classes == 2 ? brierScore(probabilities, weights) : nil
        default: return nil
        }
    }

    /// The average precision of each class against the rest; of two classes that of the second alone is known, and
    /// without probabilities none.
    var averagePrecisions: [Double?] {
        guard probabilities != nil else { return [Double?](repeating: nil, count: classes) }
        let values = rankings.map { $0.averagePrecision(weights) }
        return classes == 2 ? [nil, values[0]] : values
    }

    /// The mean square of the distance between the probability of the second of two classes and 1 or 0.
    private func brierScore(_ probabilities: [Double], _ weights: [Double]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for row in 0..<rows where weights[row] > 0 {
            let distance = probabilities[row * classes + 1] - (labels[row] == 1 ? 1 : 0)
            sum += weights[row] * distance * distance
            total += weights[row]
        }
        return sum / total
    }

    private func logLoss(_ probabilities: [Double], _ weights: [Double]) -> Double {
        let smallest = Double.ulpOfOne
        var (sum, total) = (0.0, 0.0)
        for row in 0..<rows where weights[row] > 0 {
            let given = probabilities[row * classes + Int(labels[row])]
            sum -= weights[row] * RepeatableMath.log(min(max(given, smallest), 1 - smallest))
            total += weights[row]
        }
        return sum / total
    }

    /// The mean of values that are all defined.
    private func mean(_ values: [Double?]) -> Double? {
        let defined = values.compactMap { $0 }
        return defined.count == values.count ? defined.reduce(0, +) / Double(defined.count) : nil
    }

    private static func mostProbable(_ probabilities: [Double], _ classes: Int) -> [Int32] {
        (0..<probabilities.count / classes).map { row in
            let start = row * classes
            var best = start
            for index in start + 1..<start + classes where probabilities[index] > probabilities[best] { best = index }
            return Int32(truncatingIfNeeded: best - start)
        }
    }
}
