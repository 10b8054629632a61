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
        /// The folds that judge it; `nil` for none.
        package let folds: Int?
        /// The names of the classes; `nil` for a regression.
        package let classes: [String]?
        /// The program that would train; `nil` for a network.
        package let trainer: String?
        /// The network that would be trained; `nil` for a model of another framework.
        package let network: Network?
        package let gates: Int
        package let dryRun: Bool
        package let changed: Bool

        private enum CodingKeys: String, CodingKey {
            case model, task, trainingRows, validationRows, testRows, folds, classes, trainer, gates, dryRun, changed
        }

        /// The figures of the network stand beside the others.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model, forKey: .model)
            try container.encode(task, forKey: .task)
            try container.encode(trainingRows, forKey: .trainingRows)
            try container.encode(validationRows, forKey: .validationRows)
            try container.encode(testRows, forKey: .testRows)
            try container.encodeIfPresent(folds, forKey: .folds)
            try container.encodeIfPresent(classes, forKey: .classes)
            try container.encodeIfPresent(trainer, forKey: .trainer)
            try network?.encode(to: encoder)
            try container.encode(gates, forKey: .gates)
            try container.encode(dryRun, forKey: .dryRun)
            try container.encode(changed, forKey: .changed)
        }
    }

    /// The network and its training.
    package struct Network: Encodable, Sendable {
        /// The shape of the features of one row.
        package let inputShape: [Int]
        package let outputShape: [Int]
        package let layers: Int
        package let parameters: Int
        package let epochs: Int
        /// Rows per step; `nil` for all.
        package let batchSize: Int?
    }

    /// Reads and checks everything, and trains nothing; throws what ``run(in:)`` would throw before the first step.
    package func plan(in invocation: Invocation) async throws -> Plan {
        let (project, _, directory) = try await readProject(invocation)
        if project.trainer != nil { return try planExternal(project, directory) }
        let plan = try await TrainingPlan(
            project,
            in: directory,
            transfer: Transfer.named(by: project, in: invocation),
            memoryLimit: invocation.featureMemory()
        )
        return Plan(
            model: plan.model,
            task: plan.dataset.task.rawValue,
            trainingRows: plan.data.training.rows,
            validationRows: plan.data.validation?.rows ?? 0,
            testRows: plan.data.test?.rows ?? 0,
            folds: plan.data.folds?.count,
            classes: plan.data.classes?.names,
            trainer: nil,
            network: Network(
                inputShape: plan.network.inputShape,
                outputShape: try plan.network.outputShape(),
                layers: plan.network.layers.count,
                parameters: try Sequential(plan.network, seed: plan.recipe.seed).parameterCount,
                epochs: plan.recipe.epochs,
                batchSize: plan.recipe.batchSize
            ),
            gates: plan.gates.count,
            dryRun: true,
            changed: false
        )
    }
}
