package import Evaluation

/// An evaluation, and what the gates of a project say about it.
package struct GatedEvaluation: Encodable, Sendable {
    package let evaluation: Evaluation
    package let gates: [GateLine]
    /// What the gates say together; `inconclusive` when there are none.
    package let verdict: Verdict

    init(_ evaluation: Evaluation, gates: [Gate]) {
        self.evaluation = evaluation
        self.gates = gates.map { GateLine($0, evaluation) }
        verdict = self.gates.verdict
    }

    /// Whether there are gates, and not all of them are met.
    package var isTurnedDown: Bool { !gates.isEmpty && verdict != .pass }

    private enum CodingKeys: String, CodingKey {
        case gates, verdict, task, rows, metrics, intervals, classes, confusionMatrix
    }

    /// The metrics stand at the top, where scripts look for them.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(gates, forKey: .gates)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(evaluation.task, forKey: .task)
        try container.encode(evaluation.rows, forKey: .rows)
        try container.encode(evaluation.metrics, forKey: .metrics)
        try container.encode(evaluation.intervals, forKey: .intervals)
        try container.encodeIfPresent(evaluation.classes, forKey: .classes)
        try container.encodeIfPresent(evaluation.confusionMatrix, forKey: .confusionMatrix)
    }
}
