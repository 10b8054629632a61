package import Datasets

/// Everything that is known about predictions, ready to be written down.
package struct Evaluation: Codable, Sendable, Hashable {
    /// The figures of one class.
    package struct ClassReport: Codable, Sendable, Hashable {
        package let name: String
        package let precision: Double
        package let recall: Double
        package let f1Score: Double
        package let support: Double
        /// The average precision of the class against the rest.
        package let averagePrecision: Double?
    }

    package let task: LearningTask
    package let rows: Int
    /// The metrics that are defined for these rows, under their names.
    package let metrics: [String: Double]
    /// 95 % intervals, where they were asked for; that of the accuracy always.
    package let intervals: [String: Interval]
    /// The classes in the order of the model's outputs; `nil` for a regression.
    package let classes: [ClassReport]?
    /// Right classes in rows, predicted ones in columns; `nil` for a regression.
    package let confusionMatrix: [[Double]]?

    /// The value of a metric; `nil` where it is not defined.
    package subscript(metric: Metric) -> Double? { metrics[metric.name] }
}

extension Evaluation {
    /// Judges classes; `names` are theirs.
    ///
    /// `intervals` are the metrics to bootstrap, which takes a thousand times as long as the metrics alone; `onResample`
    /// hears how many of the thousand draws there were.
    package init(
        _ judged: JudgedClassification,
        names: [String],
        intervals: [Metric] = [],
        seed: UInt64 = 0,
        onResample: (Int) throws -> Void = { _ in }
    ) throws {
        precondition(names.count == judged.classes, "every class has a name")
        let matrix = ConfusionMatrix(judged, weights: judged.weights)
        let precisions = judged.averagePrecisions
        classes = names.indices.map { label in
            let figures = matrix.classes[label]
            return ClassReport(
                name: names[label],
                precision: figures.precision,
                recall: figures.recall,
                f1Score: figures.f1Score,
                support: figures.support,
                averagePrecision: precisions[label]
            )
        }
        confusionMatrix = matrix.counts
        task = .classification
        rows = judged.rows
        metrics = Evaluation.metrics(of: judged, task: .classification)
        var found = try Evaluation.bootstrap(intervals, judged, seed: seed, onResample: onResample)
        if judged.weights.allSatisfy({ $0 == judged.weights[0] }) {
            let right = zip(judged.labels, judged.predictions).count { $0 == $1 }
            found[Metric.accuracy.name] = Interval.wilson(successes: right, rows: judged.rows)
        }
        self.intervals = found
    }

    /// Judges scores of anomalies; `names` are what the normal rows and the others are called.
    ///
    /// The classes are told apart only where rows of both kinds are known. Precision, recall and the rate of false alarms
    /// have Wilson's interval wherever all rows count the same; `intervals` are the metrics to bootstrap.
    package init(
        _ judged: JudgedAnomalies,
        names: [String],
        intervals: [Metric] = [],
        seed: UInt64 = 0,
        onResample: (Int) throws -> Void = { _ in }
    ) throws {
        task = .anomaly
        rows = judged.rows
        let metrics = Evaluation.metrics(of: judged, task: .anomaly)
        self.metrics = metrics
        let found = try Evaluation.bootstrap(intervals, judged, seed: seed, onResample: onResample)
        self.intervals = found.merging(judged.wilsonIntervals) { $1 }
        guard let matrix = judged.confusionMatrix else {
            (classes, confusionMatrix) = (nil, nil)
            return
        }
        classes = names.indices.map { label in
            let figures = matrix.classes[label]
            return ClassReport(
                name: names[label],
                precision: figures.precision,
                recall: figures.recall,
                f1Score: figures.f1Score,
                support: figures.support,
                averagePrecision: label == 1 ? metrics[Metric.averagePrecision.name] : nil
            )
        }
        confusionMatrix = matrix.counts
    }

    /// Judges predicted numbers.
    ///
    /// `intervals` are the metrics to bootstrap, which takes a thousand times as long as the metrics alone; `onResample`
    /// hears how many of the thousand draws there were.
    package init(
        _ judged: JudgedRegression,
        intervals: [Metric] = [],
        seed: UInt64 = 0,
        onResample: (Int) throws -> Void = { _ in }
    ) throws {
        task = .regression
        rows = judged.rows
        metrics = Evaluation.metrics(of: judged, task: .regression)
        self.intervals = try Evaluation.bootstrap(intervals, judged, seed: seed, onResample: onResample)
        (classes, confusionMatrix) = (nil, nil)
    }

    /// Judges the outputs of a model by the right answers; `names` are those of the classes, and `decision` says which
    /// one the model gives, if it is not the most probable.
    package init(
        outputs: Matrix,
        for targets: Targets,
        names: ClassNames?,
        decision: Decision? = nil,
        intervals: [Metric] = [],
        seed: UInt64 = 0,
        onResample: (Int) throws -> Void = { _ in }
    ) throws {
        switch targets {
        case .classes(let labels, let count):
            guard let names, names.names.count == count else {
                throw EvaluationError.unusable("expected the names of \(count) classes")
            }
            if names.isOneClass {
                try self.init(
                    JudgedAnomalies(labels: labels, outputs: outputs, decision: decision),
                    names: names.names,
                    intervals: intervals,
                    seed: seed,
                    onResample: onResample
                )
                return
            }
            let judged = try JudgedClassification(
                labels: labels,
                outputs: outputs,
                classes: count,
                decision: decision
            )
            try self.init(judged, names: names.names, intervals: intervals, seed: seed, onResample: onResample)
        case .values(let targets):
            try self.init(
                JudgedRegression(targets: targets, outputs: outputs),
                intervals: intervals,
                seed: seed,
                onResample: onResample
            )
        }
    }

    private static func metrics(of judged: some JudgedPredictions, task: LearningTask) -> [String: Double] {
        let all = Metric.all.filter { $0.isFor(task) }
        var found: [String: Double] = [:]
        for (metric, value) in zip(all, judged.values(of: all, weights: judged.weights)) { found[metric.name] = value }
        return found
    }

    private static func bootstrap(
        _ metrics: [Metric],
        _ judged: some JudgedPredictions,
        seed: UInt64,
        onResample: (Int) throws -> Void
    ) rethrows -> [String: Interval] {
        let found = try Interval.bootstrap(of: metrics, in: judged, seed: seed, onResample: onResample)
        var intervals: [String: Interval] = [:]
        for (metric, interval) in zip(metrics, found) { intervals[metric.name] = interval }
        return intervals
    }
}
