package import Support

/// How far a training has come, without the numbers of the network: the part of a checkpoint that is JSON.
package struct TrainingPosition: JSONDocument, Equatable {
    package static let schema = Schema("training-position", 1)

    /// The running epoch, counted from zero.
    package internal(set) var epoch = 0
    /// Steps taken in it.
    package internal(set) var stepInEpoch = 0
    /// Steps taken in all.
    package internal(set) var step = 0
    /// The sum of the losses of the rows seen in this epoch.
    package internal(set) var lossSum = 0.0
    /// The sum of their metrics.
    package internal(set) var metricSum = 0.0
    /// What each finished epoch gave.
    package internal(set) var history: [EpochRecord] = []
    /// The monitored value of the best epoch, once there is one.
    package internal(set) var best: Double?
    package internal(set) var bestEpoch: Int?
    /// Epochs since the best one.
    package internal(set) var epochsWithoutImprovement = 0
    /// Where a reduction of the learning rate on plateaus stands, once an epoch was judged.
    package internal(set) var plateau: PlateauPosition?
    /// Whether early stopping has ended the training.
    package internal(set) var hasStoppedEarly = false

    package init() {}

    /// The beginning of a training that goes on with what another has learned in so many steps.
    package init(afterSteps step: Int) { self.step = step }
}

/// What one epoch gave: `loss`, `accuracy` or `mae`, and the same of the validation data with `val_` before it.
package struct EpochRecord: Sendable, Equatable, Codable {
    /// Counted from zero.
    package let epoch: Int
    package let metrics: [String: Double]
}

/// Everything that is needed to go on with a training at a step, with the same bits as if it had never stopped.
///
/// It is saved as JSON (``position``) and one file of tensors (``tensors``).
package struct TrainingState: Sendable, Equatable {
    package let position: TrainingPosition
    package let parameters: [NamedTensor]
    /// What the optimizer remembers, named such as `momentum/dense/kernel`.
    package let slots: [NamedTensor]
    /// The parameters of the best epoch, when early stopping is to restore them.
    package let bestParameters: [NamedTensor]?
    /// What the numbers of the target are learned in units of, and so the parameters; `nil` for their own.
    package let targetScale: TargetScale?

    init(
        position: TrainingPosition,
        parameters: [NamedTensor],
        slots: [NamedTensor],
        bestParameters: [NamedTensor]?,
        targetScale: TargetScale?
    ) {
        self.position = position
        self.parameters = parameters
        self.slots = slots
        self.bestParameters = bestParameters
        self.targetScale = targetScale
    }

    /// The beginning of a training that goes on with the parameters and the optimizer of another.
    ///
    /// The parameters answer in the target's own unit; the scale is the one that they were learned by. `steps` is how many
    /// that training has taken, which an optimizer such as Adam takes into account.
    package init(
        continuing network: Sequential,
        slots: [NamedTensor],
        steps: Int,
        targetScale: TargetScale?
    ) {
        self.init(
            position: TrainingPosition(afterSteps: steps),
            parameters: targetScale?.taken(outOf: network.parameters, of: network.description) ?? network.parameters,
            slots: slots,
            bestParameters: nil,
            targetScale: targetScale
        )
    }

    /// All numbers, under names that start with `parameters/`, `slots/` or `best/`.
    package var tensors: [NamedTensor] {
        parameters.map { $0.renamed("parameters/\($0.name)") } + slots.map { $0.renamed("slots/\($0.name)") }
            + (bestParameters ?? []).map { $0.renamed("best/\($0.name)") } + (targetScale?.tensors ?? [])
    }

    /// A state that was saved; the tensors may be in any order.
    package init(position: TrainingPosition, tensors: [NamedTensor], of network: NetworkDescription) throws {
        let order = try ParameterLayout(network, shapes: network.shapes()).entries.map(\.name)
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        func group(_ prefix: String) -> [NamedTensor] {
            order.compactMap { name in byName["\(prefix)/\(name)"]?.renamed(name) }
        }
        let best = group("best")
        self.init(
            position: position,
            parameters: group("parameters"),
            slots: Optimizer.knownSlotNames.flatMap { slot in
                group("slots/\(slot)").map { $0.renamed("\(slot)/\($0.name)") }
            },
            bestParameters: best.isEmpty ? nil : best,
            targetScale: TargetScale(among: tensors)
        )
    }
}
