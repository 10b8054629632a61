package import Datasets
internal import Kernels
internal import Support

/// Trains a network: the whole of a recipe over given data, from the start or from a saved state.
///
/// The result is a function of network, recipe and data, to the bit: neither the number of threads, nor the instruction
/// set, nor an interruption changes it. One `fit` at a time.
package final class Trainer {
    /// The network that is being trained.
    package let network: NetworkDescription
    let recipe: TrainingRecipe
    let options: TrainingOptions
    let layout: ParameterLayout
    let objective: Objective
    let penalties: Penalties
    let clipper: Clipper?
    /// How gradients are put together with those of other processes; `nil` where there are none.
    let exchange: GradientExchange?
    /// The parameters whose gradients are stored before they are used; none where they are used at once.
    let keptPieces: [ParameterLayout.Piece]
    let team: ThreadTeam
    let workspace: Workspace
    let training: BatchSource
    let validation: BatchSource?

    /// The packed parameters, one slot of the same layout per number that the optimizer remembers, and the gradients.
    let parameters: AlignedBuffer
    let slots: [AlignedBuffer]
    let gradients: AlignedBuffer
    var update: ParameterUpdate

    /// The loss and the metric of each row of the last batch.
    let rowLosses: AlignedBuffer
    let rowMetrics: AlignedBuffer
    let trainingLoss: LossBatch
    let validationLoss: LossBatch

    /// What the numbers of the target are learned in units of; `nil` for their own.
    package let targetScale: TargetScale?

    var position: TrainingPosition
    var bestParameters: [NamedTensor]?
    /// Since the last checkpoint, or the beginning.
    var sinceCheckpoint = Stopwatch()
    /// The seconds that the last checkpoint took.
    var checkpointCost = 0.0

    /// The number of threads that it works with.
    package var threads: Int { team.count }

    /// The epochs that have been trained to their end.
    package var finishedEpochs: Int { position.history.count }

    /// Rows per step, over all processes.
    let batchSize: Int

    /// Prepares the training of a network; with a state it goes on where that was saved.
    ///
    /// Throws when network, recipe, data and state do not fit together.
    package init(
        _ model: Sequential,
        recipe: TrainingRecipe,
        training: Examples,
        validation: Examples? = nil,
        options: TrainingOptions = TrainingOptions(),
        resuming state: TrainingState? = nil
    ) throws {
        let processes = options.processes?.count ?? 1
        try Trainer.check(
            model.description,
            recipe,
            rows: training.rows,
            hasValidation: validation != nil,
            processes: processes
        )
        guard recipe.processes ?? 1 == processes else {
            throw TrainingError.unfit(expected: "\(recipe.processes ?? 1) processes", received: "\(processes)")
        }
        let description = model.description
        let outputShape = try description.outputShape()
        guard outputShape.count == 1 else {
            throw TrainingError.unfit(expected: "a network that ends in one axis", received: "shape \(outputShape)")
        }
        let kernels = KernelSet.of(options.instructionSet)
        var plan = try ExecutionPlan(description, panelsPerBand: kernels.panelsPerBand)
        try plan.freeze(recipe.frozenLayers(of: description))
        layout = plan.layout
        penalties = Penalties(plan.layout, kernels)
        let learning = plan.layout.pieces(of: plan.learns)
        clipper = recipe.clipping.map { Clipper($0, learning, kernels) }
        exchange = options.processes.map { GradientExchange($0, floats: plan.layout.count) }
        keptPieces = options.keepsGradients || recipe.clipping != nil || exchange != nil ? learning : []
        // Of several processes each would add the penalties.
        if exchange != nil { plan.leaveOutPenalties() }
        let objective = Objective(recipe.loss, fusingInto: &plan)
        self.objective = objective
        batchSize = recipe.rowsPerStep(of: training.rows)
        // The most that one process has of a batch.
        let capacity = (batchSize + processes - 1) / processes

        // Forward, gradient of the inputs and gradient of the parameters are about the same work.
        let available = Affinity.current.processors.count
        let chosen = plan.threads(rows: capacity, factor: 3, available: max(available, 1))
        team = ThreadTeam(count: options.threads ?? chosen)

        parameters = AlignedBuffer(count: layout.count)
        let (count, slotNames) = (layout.count, recipe.optimizer.slotNames)
        slots = slotNames.map { _ in AlignedBuffer(count: count) }
        gradients = AlignedBuffer(count: keptPieces.isEmpty ? 16 : count)
        update = ParameterUpdate(.keep, parameters: parameters, slots: slots, gradients: gradients)

        workspace = Workspace(
            plan,
            kernels: kernels,
            parameters: parameters,
            capacity: capacity,
            threads: team.count,
            withGradients: true
        )
        func source(
            _ examples: Examples,
            _ classWeights: [Float]?,
            _ augmenter: Augmenter? = nil
        ) throws -> BatchSource {
            try BatchSource(
                examples,
                description: description,
                outputWidth: outputShape[0],
                objective: objective,
                classWeights: classWeights,
                augmenter: augmenter,
                reconstructs: recipe.reconstructs ?? false,
                capacity: capacity
            )
        }
        let targetScale = try Trainer.targetScale(recipe, description, training.targets, state)
        func scaled(_ examples: Examples) -> Examples { targetScale?.standardized(examples) ?? examples }
        self.targetScale = targetScale
        let augmenter = try recipe.augmentation.map {
            try Augmenter($0, shape: training.inputShape, seed: recipe.seed)
        }
        self.training = try source(scaled(training), recipe.classWeights, augmenter)
        self.validation = try validation.map { try source(scaled($0), nil) }
        rowLosses = AlignedBuffer(count: capacity)
        rowMetrics = AlignedBuffer(count: capacity)
        let (workspace, rowLosses) = (workspace, rowLosses)
        func loss(_ source: BatchSource) -> LossBatch {
            LossBatch(
                objective.code,
                units: outputShape[0],
                delta: objective.delta,
                outputs: workspace.output,
                targets: source.targetRows,
                labels: source.labels,
                weights: source.weights,
                gradients: workspace.outputGradient,
                losses: rowLosses.start
            )
        }
        trainingLoss = loss(self.training)
        validationLoss = loss(self.validation ?? self.training)

        network = description
        self.recipe = recipe
        self.options = options
        position = state?.position ?? TrainingPosition()
        bestParameters = state?.bestParameters
        try layout.check(state?.parameters ?? model.parameters)
        layout.pack(state?.parameters ?? model.parameters, into: parameters)
        if let state { try unpackSlots(of: state) }
    }

    /// The scale of the training that is gone on with, or of the targets.
    private static func targetScale(
        _ recipe: TrainingRecipe,
        _ network: NetworkDescription,
        _ targets: Targets,
        _ state: TrainingState?
    ) throws(TrainingError) -> TargetScale? {
        guard recipe.standardizeTarget == true else { return nil }
        guard network.lastLinearLayer != nil else {
            throw .unfit(
                expected: "a last layer `dense` with a bias and without an activation, to standardize the target",
                received: "`\(network.layers.last?.name ?? "none")`"
            )
        }
        guard let scale = state?.targetScale ?? TargetScale(of: targets) else {
            throw .unfit(expected: "numbers as the target to standardize", received: "classes")
        }
        return scale
    }

    private func unpackSlots(of state: TrainingState) throws {
        for (name, buffer) in zip(recipe.optimizer.slotNames, slots) {
            let plain = state.slots.filter { $0.name.hasPrefix("\(name)/") }.map { tensor in
                tensor.renamed(String(tensor.name.dropFirst(name.count + 1)))
            }
            try layout.check(plain, onlyTrainable: true)
            layout.pack(plain, into: buffer, onlyTrainable: true)
        }
    }

    /// The state at this moment; only between steps.
    package func state() -> TrainingState {
        TrainingState(
            position: position,
            parameters: layout.unpack(parameters),
            slots: zip(recipe.optimizer.slotNames, slots).flatMap { name, buffer in
                layout.unpack(buffer, onlyTrainable: true).map { $0.renamed("\(name)/\($0.name)") }
            },
            bestParameters: bestParameters,
            targetScale: targetScale
        )
    }

    /// Steps in one epoch, the last with what is left of the rows.
    package var stepsPerEpoch: Int { (training.rows + batchSize - 1) / batchSize }
}

extension TrainingRecipe {
    /// The frozen layers; throws when the network has none of that name.
    func frozenLayers(of network: NetworkDescription) throws(TrainingError) -> [String] {
        for name in frozen ?? [] where !network.layers.contains(where: { $0.name == name }) {
            throw .unfit(
                expected: "layers out of \(network.layers.map(\.name).joined(separator: ", ")) to freeze",
                received: "`\(name)`"
            )
        }
        return frozen ?? []
    }

    /// Throws when a number is out of its range.
    func check(hasValidation: Bool) throws(TrainingError) {
        guard epochs >= 0 else { throw .unfit(expected: "epochs of at least 0", received: "\(epochs)") }
        guard batchSize ?? 1 >= 1 else {
            throw .unfit(expected: "a batch size of at least 1", received: "\(batchSize ?? 0)")
        }
        let watchers: [(String, String?)] = [
            ("early stopping", earlyStopping?.monitor), ("a reduction of the learning rate", plateau?.monitor),
        ]
        for case (let watcher, let monitor?) in watchers where monitor.hasPrefix("val_") && !hasValidation {
            throw .unfit(expected: "validation data for \(watcher) by `\(monitor)`", received: "none")
        }
    }
}
