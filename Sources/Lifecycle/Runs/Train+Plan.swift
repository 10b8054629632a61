internal import Datasets
internal import Evaluation
internal import NeuralNetwork
internal import ProjectFile

extension Train {
    /// What would be trained, read from the project and its data, and checked as for a training.
    package struct Plan: Encodable, Sendable {
        package let model: String
        package let task: String
        package let trainingRows: Int
        package let validationRows: Int
        package let testRows: Int
        /// The names of the classes; `nil` for a regression.
        package let classes: [String]?
        /// The shape of the features of one row.
        package let inputShape: [Int]
        package let outputShape: [Int]
        package let layers: Int
        package let parameters: Int
        package let epochs: Int
        /// Rows per step; `nil` for all.
        package let batchSize: Int?
        package let gates: Int
        package let dryRun: Bool
        package let changed: Bool
    }

    /// Reads and checks everything, and trains nothing; throws what ``run(in:)`` would throw before the first step.
    package func plan(in invocation: Invocation) throws -> Plan {
        let (plan, _, _) = try readPlan(invocation)
        return Plan(
            model: plan.model,
            task: plan.dataset.task.rawValue,
            trainingRows: plan.data.training.rows,
            validationRows: plan.data.validation?.rows ?? 0,
            testRows: plan.data.test?.rows ?? 0,
            classes: plan.data.classes?.names,
            inputShape: plan.network.inputShape,
            outputShape: try plan.network.outputShape(),
            layers: plan.network.layers.count,
            parameters: try Sequential(plan.network, seed: plan.recipe.seed).parameterCount,
            epochs: plan.recipe.epochs,
            batchSize: plan.recipe.batchSize,
            gates: plan.gates.count,
            dryRun: true,
            changed: false
        )
    }
}
