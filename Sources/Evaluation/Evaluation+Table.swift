package import Datasets

extension Evaluation {
    /// Judges a table of predictions.
    ///
    /// Where a class was said, it decides; the probabilities are judged by the metrics that are about them.
    /// `intervals` are the metrics to bootstrap, which takes a thousand times as long as the metrics alone; `onResample`
    /// hears how many of the thousand draws there were.
    package init(
        _ table: PredictionTable,
        intervals: [Metric] = [],
        seed: UInt64 = 0,
        onResample: (Int) throws -> Void = { _ in }
    ) throws {
        switch table.answers {
        case .values(let right, let said, let width):
            try self.init(
                JudgedRegression(targets: right, predictions: said, columns: width, weights: table.weights),
                intervals: intervals,
                seed: seed,
                onResample: onResample
            )
        case .scores(let scores):
            try self.init(
                JudgedAnomalies(
                    labels: scores.labels,
                    scores: scores.scores,
                    predictions: scores.said,
                    weights: table.weights
                ),
                names: scores.names,
                intervals: intervals,
                seed: seed,
                onResample: onResample
            )
        case .classes(let classes):
            try self.init(
                JudgedClassification(classes, weights: table.weights),
                names: classes.names,
                intervals: intervals,
                seed: seed,
                onResample: onResample
            )
        }
    }
}

extension JudgedClassification {
    fileprivate init(_ classes: PredictedClasses, weights: [Double]?) throws(EvaluationError) {
        if let probabilities = classes.probabilities {
            try self.init(
                labels: classes.right,
                probabilities: probabilities,
                classes: classes.names.count,
                predictions: classes.said,
                weights: weights
            )
        } else if let said = classes.said {
            try self.init(labels: classes.right, predictions: said, classes: classes.names.count, weights: weights)
        } else {
            throw .unusable("expected classes that were said, or their probabilities")
        }
    }
}
