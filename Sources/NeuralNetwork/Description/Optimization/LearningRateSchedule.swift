internal import Support

/// How the learning rate changes while a network is trained.
///
/// It is a factor of the optimizer's rate. Epochs are counted with their fraction, from the end of the warm-up, so that
/// the rate changes from step to step and does not depend on how many there are.
package struct LearningRateSchedule: Sendable, Equatable, Codable {
    /// What becomes of the rate after the warm-up.
    package enum Decay: Sendable, Equatable, Codable {
        case constant
        /// Times `factor` after every so many epochs (PyTorch's `StepLR`).
        case step(every: Double, factor: Double)
        /// Times `factor` at each of these epochs, counted from the beginning (PyTorch's `MultiStepLR`).
        case milestones(epochs: [Double], factor: Double)
        /// Times `factor` to the power of `epochs / every`, which is rounded down for a staircase (Keras's
        /// `ExponentialDecay`).
        case exponential(factor: Double, every: Double, staircase: Bool)
        /// Along half a wave down to the share `final`, in so many epochs, `nil` for all that are left (Keras's
        /// `CosineDecay`; Loshchilov and Hutter, 2016).
        case cosine(epochs: Double?, final: Double)
        /// When a figure does not improve any more.
        case plateau(rule: ReduceOnPlateau)
    }

    package var decay: Decay
    /// Epochs in which the rate rises to its height, in equal steps.
    package var warmup: Double

    package init(_ decay: Decay, warmup: Double = 0) {
        self.decay = decay
        self.warmup = warmup
    }

    /// The same schedule for a training that is shorter than the one of so many epochs whose rates it takes.
    package func spanning(_ epochs: Int) -> LearningRateSchedule {
        guard case .cosine(nil, let final) = decay else { return self }
        return LearningRateSchedule(.cosine(epochs: Double(epochs) - warmup, final: final), warmup: warmup)
    }

    /// The factor for a step of an epoch, both counted from zero, of a training of so many epochs.
    package func factor(epoch: Int, step: Int, of steps: Int, epochs: Int) -> Double {
        let now = Double(epoch) + Double(step) / Double(steps)
        // The first step must not be lost on a rate of zero, nor the last one of the warm-up stop short of all of it.
        let next = Double(epoch) + Double(step + 1) / Double(steps)
        if next < warmup { return next / warmup }
        let since = max(0, now - warmup)
        switch decay {
        case .constant, .plateau: return 1
        case .step(let every, let factor): return RepeatableMath.power(factor, Int((since / every).rounded(.down)))
        case .milestones(let epochs, let factor):
            return RepeatableMath.power(factor, epochs.count { $0 <= now })
        case .exponential(let factor, let every, let staircase):
            let power = since / every
            guard factor > 0 else { return power < 1 ? 1 : 0 }
            return RepeatableMath.exp(RepeatableMath.log(factor) * (staircase ? power.rounded(.down) : power))
        case .cosine(let length, let final):
            let length = length ?? Double(epochs) - warmup
            let share = length > 0 ? min(1, since / length) : 1
            return final + (1 - final) * (1 + RepeatableMath.cosine(ofTurns: share / 2)) / 2
        }
    }
}

/// The learning rates of the steps of one epoch.
struct LearningRates {
    /// The rate before the schedule.
    let height: Double
    let schedule: LearningRateSchedule?
    let epoch: Int
    let steps: Int
    let epochs: Int

    /// The rate of a step, counted from zero.
    func rate(step: Int) -> Double {
        height * (schedule?.factor(epoch: epoch, step: step, of: steps, epochs: epochs) ?? 1)
    }
}

/// Lowers the learning rate when a number has not improved for a while (Keras's `ReduceLROnPlateau`).
package struct ReduceOnPlateau: Sendable, Equatable, Codable {
    /// A name in the history, such as `val_loss`.
    package var monitor: String
    package var factor: Double
    /// Epochs without improvement that are borne.
    package var patience: Int
    /// A smaller change is no improvement.
    package var minDelta: Double
    /// Epochs after a reduction in which none are counted.
    package var cooldown: Int
    /// The learning rate below which it does not go.
    package var minimum: Double

    package init(
        monitor: String = "val_loss",
        factor: Double = 0.1,
        patience: Int = 10,
        minDelta: Double = 1e-4,
        cooldown: Int = 0,
        minimum: Double = 0
    ) {
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.minDelta = minDelta
        self.cooldown = cooldown
        self.minimum = minimum
    }
}

/// Where a ``ReduceOnPlateau`` stands.
package struct PlateauPosition: Sendable, Equatable, Codable {
    /// The share of the learning rate that is left.
    package private(set) var factor = 1.0
    var best: Double?
    var epochsWithoutImprovement = 0
    var cooldownLeft = 0

    package init() {}

    /// Takes the figure of an epoch into account.
    package mutating func judge(_ value: Double, by rule: ReduceOnPlateau, learningRate: Double) {
        if cooldownLeft > 0 {
            cooldownLeft -= 1
            epochsWithoutImprovement = 0
        }
        if MonitoredFigure(name: rule.monitor, minDelta: rule.minDelta).isImprovement(value, over: best) {
            best = value
            epochsWithoutImprovement = 0
            return
        }
        guard cooldownLeft == 0 else { return }
        epochsWithoutImprovement += 1
        guard epochsWithoutImprovement >= rule.patience, factor * learningRate > rule.minimum else { return }
        factor = max(factor * rule.factor, rule.minimum / learningRate)
        cooldownLeft = rule.cooldown
        epochsWithoutImprovement = 0
    }
}
