internal import Datasets
internal import Evaluation
internal import ModelStore
internal import Support

/// The metrics that somebody wants an interval of.
struct IntervalMetrics {
    let metrics: [Metric]

    /// Throws ``EvaluationError`` for a name that is no metric's.
    init(named names: [String]) throws { metrics = try names.map { try Metric(named: $0) } }

    /// The metrics, all of which must be for the task.
    func all(for task: LearningTask) throws -> [Metric] {
        guard let other = metrics.first(where: { !$0.isFor(task) }) else { return metrics }
        throw StoreError(
            .usage,
            "the metric `\(other.name)` is not for \(task.phrase)",
            hints: ["the metrics are: \(Metric.all.filter { $0.isFor(task) }.map(\.name).joined(separator: ", "))"]
        )
    }
}

extension Invocation {
    /// Shows how many draws for intervals there were, and ends the work when somebody wants it to end.
    func reportResample(_ done: Int) throws {
        try cancellation.check()
        progress.advance(
            "drawing rows again",
            done: done,
            total: Interval.resamples,
            unit: .items,
            details: ""
        )
        if done == Interval.resamples { progress.finish() }
    }
}
