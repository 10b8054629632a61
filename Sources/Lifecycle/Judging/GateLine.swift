internal import Datasets
package import Evaluation
internal import ProjectFile

/// A gate and what it says.
package struct GateLine: Codable, Sendable {
    package let metric: String
    package let bound: String
    package let threshold: Double
    package let value: Double?
    package let verdict: Verdict

    init(_ gate: Gate, _ evaluation: Evaluation) {
        let result = gate.result(for: evaluation)
        metric = gate.metric.name
        bound = gate.bound.name
        threshold = gate.bound.threshold
        value = result.value
        verdict = result.verdict
    }
}

extension [GateLine] {
    /// What all gates say together: no as soon as one says no, yes when all do, and nothing when nobody asks.
    package var verdict: Verdict {
        for verdict in [Verdict.fail, .notEnoughData, .inconclusive] where contains(where: { $0.verdict == verdict }) {
            return verdict
        }
        return isEmpty ? .inconclusive : .pass
    }

    /// Whether none of them keeps a model from becoming a version.
    var areMet: Bool { allSatisfy { $0.verdict == .pass } }
}

extension [Gate] {
    /// What two models are compared by: the metrics of the gates, or the usual one of the task where there are none.
    func comparedMetrics(for task: LearningTask) -> [Metric] {
        var metrics: [Metric] = []
        for gate in self where !metrics.contains(gate.metric) { metrics.append(gate.metric) }
        guard metrics.isEmpty else { return metrics }
        return switch task {
        case .classification: [.accuracy]
        case .regression: [.rootMeanSquaredError]
        case .anomaly: [.rocAUC, .falseAlarmRate]
        }
    }
}

extension Project {
    /// The gates that are for a task.
    ///
    /// Throws ``ProjectError`` with the line of a gate whose metric is not for it, or that cannot be met.
    func gates(for task: LearningTask) throws -> [Gate] {
        let found = try gates.flatMap { try $0.gates() }
        for gate in found where !gate.metric.isFor(task) {
            throw ProjectError(
                file: file,
                line: gates.first { $0.metric == gate.metric.name }?.node.line,
                "the metric `\(gate.metric.name)` is not for \(task.phrase)"
            )
        }
        return found
    }
}
