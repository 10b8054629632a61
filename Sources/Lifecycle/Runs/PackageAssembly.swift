internal import Datasets
internal import Inference
internal import ModelPackage
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// Makes the members of a package out of a finished training.
///
/// No member holds a time, a path or a machine.
struct PackageAssembly {
    let plan: TrainingPlan
    let result: TrainingResult
    /// What makes a class of the probabilities; `nil` for the most probable one.
    let decision: Decision?
    /// What the folds gave, if there were any.
    let folds: CrossValidationDocument?

    func members() throws -> [MemberSource] {
        let signature = try plan.signature()
        let network = try Sequential(plan.packagedNetwork, parameters: result.model.parameters)
        var members: [(String, [UInt8])] = [
            (MemberNames.weights, try Safetensors.encode(network.parameters.map(\.named), metadata: [:])),
            (MemberNames.network, try JSON.encode(network.description)),
            (MemberNames.features, try JSON.encode(plan.data.features)),
            (MemberNames.signature, try JSON.encode(signature)),
            (MemberNames.recipe, try JSON.encode(plan.document)),
            (MemberNames.history, HistoryLines(result.history.lazy.map { EpochFigures($0) }).bytes),
            (MemberNames.optimizer, try Safetensors.encode(optimizer.map(\.named), metadata: [:])),
        ]
        if let decision { members.append((MemberNames.decision, try JSON.encode(decision))) }
        if let folds { members.append((MemberNames.crossValidation, try JSON.encode(folds))) }
        if let profile = plan.profile { members.append((MemberNames.profile, try JSON.encode(profile))) }
        // The first rows that the network was not trained on.
        members += try GoldenRows.first(of: plan.data.validation ?? plan.data.training)
            .members(for: network, scores: plan.isAnomaly)
        return members.map { MemberSource(path: $0.0, content: .bytes($0.1)) }
    }

    /// What an update needs to go on where this training ended.
    private var optimizer: [NamedTensor] { result.state.slots + (result.state.targetScale?.tensors ?? []) }
}
