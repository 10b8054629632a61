internal import Datasets
internal import Evaluation
internal import Inference
internal import NeuralNetwork

/// What the rows of a project say about an imported network, as they would about a run.
struct JudgedImport {
    /// `nil` where there are no rows.
    let evaluation: Evaluation?
    /// `validation`, or `training` where the project keeps no rows for validation.
    let measuredOn: String?
    let gates: [GateLine]
    /// What makes a class of the probabilities; `nil` for the most probable one.
    let decision: Decision?

    /// The metric that lists show: that of the first gate, else the task's usual one.
    var main: String? {
        gates.first?.metric
            ?? ["accuracy", "root_mean_squared_error", "roc_auc", "false_alarm_rate"].first {
                evaluation?.metrics[$0] != nil
            }
    }

    /// Puts the rows of the plan to the network.
    init(_ plan: ImportPlan, _ network: Sequential) throws {
        guard let data = plan.data else {
            (evaluation, measuredOn, gates) = (nil, nil, [])
            let none = Matrix(rows: 0, columns: try plan.network.outputShape().reduce(1, *))
            decision = try plan.decision ?? JudgedImport.decision(plan, labels: [], outputs: none)
            return
        }
        let rows = data.validation ?? data.training
        let outputs = try AnsweringNetwork(network, scores: plan.classes?.isOneClass ?? false).predict(rows.inputs)
        if case .classes(let labels, _) = rows.targets {
            decision = try JudgedImport.decision(plan, labels: labels, outputs: outputs)
        } else {
            decision = nil
        }
        let evaluation = try Evaluation(outputs: outputs, for: rows.targets, names: plan.classes, decision: decision)
        self.evaluation = evaluation
        measuredOn = data.validation == nil ? "training" : "validation"
        gates = plan.gates.map { GateLine($0, evaluation) }
    }

    private static func decision(_ plan: ImportPlan, labels: [Int32], outputs: Matrix) throws -> Decision? {
        guard let rule = plan.rule, let classes = plan.classes else { return nil }
        return try rule.fitted(labels: labels, outputs: outputs, classes: classes)
    }
}
