internal import NeuralNetwork
internal import ProjectFile

extension TrainingSection {
    private static let schedules = ["constant", "step", "exponential", "cosine", "reduce_on_plateau"]

    /// How the learning rate changes, if it does; throws ``ProjectError`` with the line.
    ///
    /// `monitors` are the figures that a reduction on plateaus may watch.
    func readSchedule(monitors: [String]) throws -> LearningRateSchedule? {
        guard let schedule else { return nil }
        let (name, options) = try schedule.wordWithOptions()
        guard TrainingSection.schedules.contains(name) else {
            throw schedule.unknown("schedule", name, among: TrainingSection.schedules)
        }
        var section = try options?.section()
        func node(_ key: String) -> ProjectNode? { section?.optional(key) }
        func number(_ key: String, _ standard: Double, _ range: ClosedRange<Double>) throws -> Double {
            try node(key)?.number(in: range) ?? standard
        }
        let warmup = try number("warmup", 0, 0...1e6)
        let decay: LearningRateSchedule.Decay
        switch name {
        case "step":
            let factor = try number("factor", 0.1, 0...1)
            let (at, every) = (node("at"), node("every"))
            guard (at == nil) != (every == nil) else {
                throw schedule.error(
                    "`\(schedule.path)`: expected either every: EPOCHS or at: [EPOCH, ...]",
                    hints: ["for example: schedule: {step: {every: 10, factor: 0.5}}"]
                )
            }
            if let at {
                let epochs = try at.list().map { try $0.number(in: 0...1e6) }
                guard !epochs.isEmpty else { throw at.error("`\(at.path)`: expected at least one epoch, found none") }
                decay = .milestones(epochs: epochs, factor: factor)
            } else {
                decay = .step(every: try every?.number(in: 1e-3...1e6) ?? 1, factor: factor)
            }
        case "exponential":
            decay = .exponential(
                factor: try number("factor", 0.9, 0...1),
                every: try number("every", 1, 1e-3...1e6),
                staircase: try node("staircase")?.boolean() ?? false
            )
        case "cosine":
            decay = .cosine(
                epochs: try node("epochs")?.number(in: 1e-3...1e6),
                final: try number("final", 0, 0...1)
            )
        case "reduce_on_plateau":
            let rule = ReduceOnPlateau(
                monitor: try node("monitor")?.string() ?? "val_loss",
                factor: try number("factor", 0.1, 0...0.999999),
                patience: try node("patience")?.integer(in: 0...1_000_000) ?? 10,
                minDelta: try number("min_delta", 1e-4, 0...1e9),
                cooldown: try node("cooldown")?.integer(in: 0...1_000_000) ?? 0,
                minimum: try number("minimum", 0, 0...1e6)
            )
            try (options ?? schedule).checkMonitor(rule.monitor, among: monitors)
            decay = .plateau(rule: rule)
        default: decay = .constant
        }
        try section?.finish()
        return LearningRateSchedule(decay, warmup: warmup)
    }
}
