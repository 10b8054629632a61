internal import NeuralNetwork
internal import Support

/// The part of a training that the processes do which follow process 0: they compute, and neither write nor speak.
struct FollowedTraining {
    let processes: any ProcessGroup
    /// `nil` for as many as the network is worth.
    let threads: Int?
    let invocation: Invocation

    /// The keys of the project file that are set, for those who follow.
    static func message(_ settings: [String]) -> [UInt8] { Array(settings.joined(separator: "\0").utf8) }

    /// The settings in a message.
    static func settings(_ message: [UInt8]) -> [String] {
        message.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// How a training begins, for those who follow: that nothing is left to train, or the checkpoint if there is one.
    static func message(isFinished: Bool, _ checkpoint: [UInt8]?) -> [UInt8] {
        isFinished ? [0] : [checkpoint == nil ? 1 : 2] + (checkpoint ?? [])
    }

    /// Trains as process 0 says, to the end or to where all stop.
    func run(_ plan: TrainingPlan, _ message: [UInt8]) throws {
        guard let kind = message.first, kind != 0 else { return processes.dissolve() }
        let state = kind == 2 ? try TrainingState(checkpoint: Array(message.dropFirst()), of: plan.network) : plan.start
        let trainer = try Trainer(plan, threads: threads, from: state, invocation)
        do {
            _ = try trainer.fit(cancellation: invocation.cancellation)
        } catch is Cancelled {
        } catch is TrainingError {
            // Process 0 has seen the same, and says so.
        }
        processes.dissolve()
    }
}
