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
    /// Judges probabilities of classes.
    ///
    /// `intervals` are the metrics to bootstrap, each of which takes a thousand times as long as the metric alone.
    package init(_ judged: JudgedClassification, names: ClassNames, intervals: [Metric] = [], seed: UInt64 = 0) {
        precondition(names.names.count == judged.classes, "every class has a name")
        let matrix = ConfusionMatrix(judged, weights: judged.weights)
        let precisions = judged.averagePrecisions
        classes = names.names.indices.map { label in
            let figures = matrix.classes[label]
            return ClassReport(
                name: names.names[label],
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
        var found = Evaluation.bootstrap(intervals, judged, seed: seed)
        if Set(judged.weights).count <= 1 {
            let right = zip(judged.labels, judged.predictions).count { $0 == $1 }
            found[Metric.accuracy.name] = Interval.wilson(successes: right, rows: judged.rows)
        }
        self.intervals = found
    }

    /// Judges predicted numbers.
    ///
    /// `intervals` are the metrics to bootstrap, each of which takes a thousand times as long as the metric alone.
    package init(_ judged: JudgedRegression, intervals: [Metric] = [], seed: UInt64 = 0) {
        task = .regression
        rows = judged.rows
        metrics = Evaluation.metrics(of: judged, task: .regression)
        self.intervals = Evaluation.bootstrap(intervals, judged, seed: seed)
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
        seed: UInt64 = 0
    ) throws(EvaluationError) {
        switch targets {
        case .classes(let labels, let count):
            guard let names, names.names.count == count else {
                throw .unusable("expected the names of \(count) classes")
            }
            let judged = try JudgedClassification(
                labels: labels,
                outputs: outputs,
                classes: count,
                decision: decision
            )
            self.init(judged, names: names, intervals: intervals, seed: seed)
        case .values(let targets):
            self.init(
                try JudgedRegression(targets: targets, outputs: outputs),
                intervals: intervals,
                seed: seed
            )
        }
    }

    private static func metrics(of judged: some JudgedPredictions, task: LearningTask) -> [String: Double] {
        var values: [String: Double] = [:]
        for metric in Metric.all where metric.task == task { values[metric.name] = judged.value(of: metric) }
        return values
    }

    private static func bootstrap(
        _ metrics: [Metric],
        _ judged: some JudgedPredictions,
        seed: UInt64
    ) -> [String: Interval] {
        var intervals: [String: Interval] = [:]
        for metric in metrics { intervals[metric.name] = .bootstrap(of: metric, in: judged, seed: seed) }
        return intervals
    }
}
