internal import Inference
internal import ModelPackage
internal import NeuralNetwork
internal import TensorFiles

/// Where the training of a version ended: what its update goes on from.
struct ParentTraining {
    private let model: Sequential
    /// What the optimizer remembered; zeros where the package does not hold it.
    private let slots: [NamedTensor]
    /// What the numbers of the target were learned in units of; `nil` for their own.
    private let targetScale: TargetScale?

    /// Throws a ``Failure`` of kind `integrity` when the members of the package do not fit together.
    init(_ files: ModelFiles, _ network: NetworkDescription, _ recipe: TrainingRecipe) throws {
        let model = try files.model(of: network)
        let saved =
            files.has(MemberNames.optimizer)
            ? try Safetensors.decode(
                files.read(MemberNames.optimizer),
                source: "\(files.source), \(MemberNames.optimizer)"
            ).tensors : [:]
        let parameters = try model.trainableParameters
        slots = try recipe.optimizer.slotNames.flatMap { slot in
            try parameters.map { parameter in
                let name = "\(slot)/\(parameter.name)"
                let values = try saved[name]?.floats() ?? [Float](repeating: 0, count: parameter.values.count)
                return NamedTensor(name: name, shape: parameter.shape, values: values)
            }
        }
        let scales = try saved.filter { $0.key.hasPrefix("target/") }.map { name, tensor in
            NamedTensor(name: name, shape: tensor.shape, values: try tensor.floats())
        }
        targetScale = recipe.standardizeTarget == true ? TargetScale(among: scales) : nil
        guard recipe.standardizeTarget != true || targetScale != nil else {
            throw PackageError(
                "\(files.source): the optimizer's state does not say what unit the target was learned in"
            )
        }
        self.model = model
    }

    /// The beginning of an update, after so many steps of the optimizer.
    func state(after steps: Int) -> TrainingState {
        TrainingState(continuing: model, slots: slots, steps: steps, targetScale: targetScale)
    }
}
