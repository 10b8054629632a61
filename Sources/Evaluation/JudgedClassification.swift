package import Datasets
internal import Support

/// Probabilities of classes beside the classes that were right.
///
/// Every metric is the one of scikit-learn 1.9; the tests compare them.
package struct JudgedClassification: JudgedPredictions {
    /// The number of classes.
    package let classes: Int
    /// The right class of each row.
    package let labels: [Int32]
    /// The class that was given to each row: the first of the most probable ones.
    package let predictions: [Int32]
    /// `classes` probabilities per row.
    package let probabilities: [Double]
    package let weights: [Double]
    /// The curves over the rows sorted by score: of class 1 when there are two classes, else of each.
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
        guard predictions.count == labels.count, weights.map({ $0.count == labels.count }) ?? true else {
            throw .unusable("expected a prediction and a weight for each of \(labels.count) rows")
        }
        for (row, label) in (labels + predictions).enumerated() where label < 0 || label >= classes {
            throw .unusable("row \(row % max(labels.count, 1) + 1): \(label) is none of \(classes) classes")
        }
        if let weights, let bad = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw .unusable("row \(bad + 1): expected a weight, found \(weights[bad])")
        }
        self.classes = classes
        self.labels = labels
        self.predictions = predictions
        self.probabilities = probabilities
        self.weights = weights ?? [Double](repeating: 1, count: labels.count)
        rankings = (classes == 2 ? 1..<2 : 0..<classes).map { label in
            Ranking(
                scores: stride(from: label, to: probabilities.count, by: classes).map { probabilities[$0] },
                isPositive: labels.map { $0 == Int32(label) }
            )
        }
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
        let values = outputs.values.map { Double($0) }
        let probabilities = outputs.columns == 1 && classes == 2 ? values.flatMap { [1 - $0, $0] } : values
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

    package func value(of metric: Metric, weights: [Double]) -> Double? {
        guard metric.task == .classification, weights.contains(where: { $0 > 0 }) else { return nil }
        let counts = ConfusionMatrix(self, weights: weights)
        switch metric {
        case .accuracy: return counts.accuracy
        case .balancedAccuracy: return counts.balancedAccuracy
        case .logLoss: return logLoss(weights)
        case .averagePrecision: return mean(rankings.map { $0.averagePrecision(weights) })
        case .rocAUC: return mean(rankings.map { $0.rocAUC(weights) })
        case .precision: return classes == 2 ? counts.classes[1].precision : nil
        case .recall: return classes == 2 ? counts.classes[1].recall : nil
        case .f1: return classes == 2 ? counts.classes[1].f1Score : nil
        case .matthewsCorrelation: return counts.matthewsCorrelation
        case .brierScore: return classes == 2 ? brierScore(weights) : nil
        case .precisionMacro: return counts.mean(\.precision)
        case .recallMacro: return counts.mean(\.recall)
        case .f1Macro: return counts.mean(\.f1Score)
        case .precisionWeighted: return counts.weightedMean(\.precision)
        case .recallWeighted: return counts.weightedMean(\.recall)
        case .f1Weighted: return counts.weightedMean(\.f1Score)
        default: return nil
        }
    }

    /// The average precision of each class against the rest; of two classes that of the second alone is known.
    var averagePrecisions: [Double?] {
        let values = rankings.map { $0.averagePrecision(weights) }
        return classes == 2 ? [nil, values[0]] : values
    }

    /// The mean square of the distance between the probability of the second of two classes and 1 or 0.
    private func brierScore(_ weights: [Double]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for row in 0..<rows where weights[row] > 0 {
            let distance = probabilities[row * classes + 1] - (labels[row] == 1 ? 1 : 0)
            sum += weights[row] * distance * distance
            total += weights[row]
        }
        return sum / total
    }

    private func logLoss(_ weights: [Double]) -> Double {
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
        stride(from: 0, to: probabilities.count, by: classes).map { start in
            var best = start
            for index in start + 1..<start + classes where probabilities[index] > probabilities[best] { best = index }
            return Int32(best - start)
        }
    }
}
