internal import Datasets
internal import Evaluation
internal import ProjectFile
internal import Support

/// Judges predictions that stand in a table beside the right answers, of whatever model.
///
/// It needs neither a store nor a project; where there is a project for the task, its gates are asked too.
package struct EvaluatePredictions: Sendable {
    /// What the predictions are.
    package enum Task: String, Sendable, CaseIterable { case classification, regression, anomaly }

    /// The table, as the user named it.
    package var path: String
    /// `nil` to let the table say it.
    package var task: Task?
    /// Metrics that get a bootstrap interval, besides the accuracy, which has one wherever all rows count the same.
    package var intervals: [String] = []

    package init(path: String, task: Task? = nil) {
        self.path = path
        self.task = task
    }

    /// How good the predictions are.
    package struct Report: Encodable, Sendable {
        /// The table that was judged.
        package let data: String
        package let judged: GatedEvaluation
        package let seconds: Double

        private enum CodingKeys: String, CodingKey { case data, seconds }

        package func encode(to encoder: any Encoder) throws {
            try judged.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(data, forKey: .data)
            try container.encode(seconds, forKey: .seconds)
        }
    }

    /// Reads the table and judges it; what had to be assumed about it is said to the progress.
    package func run(in invocation: Invocation) throws -> Report {
        let stopwatch = Stopwatch()
        let asked = try IntervalMetrics(named: intervals)
        let table = try PredictionTable(
            path: invocation.resolve(path),
            task: task?.learningTask,
            normal: try invocation.readProjectIfAny()?.project.data?.normal
        )
        for note in table.notes { invocation.progress.note(note) }
        let metrics = try asked.all(for: table.task)
        let gates = try gates(for: table.task, invocation)
        let evaluation = try Evaluation(table, intervals: metrics, onResample: invocation.reportResample)
        for metric in Metric.all where metrics.contains(metric) || gates.contains(where: { $0.metric == metric }) {
            guard evaluation[metric] == nil else { continue }
            let reason = metric.needsProbabilities && table.task == .classification && !table.hasProbabilities
            invocation.progress.warn(
                "\(metric.name) is not defined here" + (reason ? ": it needs columns p_<class>" : "")
            )
        }
        return Report(
            data: path,
            judged: GatedEvaluation(evaluation, gates: gates),
            seconds: stopwatch.seconds
        )
    }

    /// The gates of the project around, if it is for such a task.
    private func gates(for task: LearningTask, _ invocation: Invocation) throws -> [Gate] {
        guard let (project, _) = try invocation.readProjectIfAny(), !project.gates.isEmpty else { return [] }
        guard try project.learningTask() == task else {
            invocation.progress.note("the gates of \(project.file) are not for \(task.phrase), and were not asked")
            return []
        }
        return try project.gates(for: task)
    }
}

extension EvaluatePredictions.Task {
    fileprivate var learningTask: LearningTask {
        switch self {
        case .classification: .classification
        case .regression: .regression
        case .anomaly: .anomaly
        }
    }
}

extension PredictionTable {
    fileprivate var hasProbabilities: Bool {
        guard case .classes(let classes) = answers else { return false }
        return classes.probabilities != nil
    }
}
