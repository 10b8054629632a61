internal import Datasets
internal import Evaluation
internal import Inference
internal import NeuralNetwork

extension AnsweringNetwork {
    /// The network of a plan with what a model has learned, as its package will answer.
    init(of model: Sequential, _ plan: TrainingPlan, threads: Int) throws {
        try self.init(
            Sequential(plan.packagedNetwork, parameters: model.parameters),
            scores: plan.isAnomaly,
            threads: threads
        )
    }
}

/// What a model, and simple ones beside it, answer to the rows that it is judged by.
struct JudgedAnswers {
    let targets: Targets
    /// A row of outputs for each target.
    let outputs: Matrix
    let baselines: [(name: String, outputs: Matrix)]
    /// Which rows they are: `validation`, `training` or `out-of-fold`.
    let rows: String

    /// The answers to the rows that were kept from a training, or to those that were learned from where there are no others.
    init(of model: Sequential, _ plan: TrainingPlan, threads: Int) throws {
        let judged = plan.data.validation ?? plan.data.training
        let network = try AnsweringNetwork(of: model, plan, threads: threads)
        targets = judged.targets
        outputs = try network.predict(judged.inputs)
        baselines = plan.baselines.map { ($0.name, $0.outputs(for: judged.inputs)) }
        rows = plan.data.validation == nil ? "training" : "validation"
    }

    /// The answers to all rows that are learned from, each by a network that has not seen it.
    init(_ results: [FoldResult], _ folds: Folds, of rows: Examples) {
        targets = rows.targets
        outputs = folds.joined(results.map(\.outputs))
        baselines = results[0].baselines.indices.map { index in
            (results[0].baselines[index].name, folds.joined(results.map { $0.baselines[index].outputs }))
        }
        self.rows = "out-of-fold"
    }
}
