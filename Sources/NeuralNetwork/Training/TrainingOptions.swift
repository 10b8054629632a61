package import Kernels

/// How a training runs on this machine.
///
/// Nothing here changes a bit of the result, but the number of processes, which is part of the recipe.
package struct TrainingOptions: Sendable {
    /// The number of threads; nil chooses by the work that a step is.
    package var threads: Int?
    /// Which kernels are used.
    package var instructionSet: InstructionSet
    /// Seconds between reports of progress.
    package var progressInterval: Double
    /// Seconds between checkpoints within an epoch.
    package var checkpointInterval: Double
    /// Whether gradients are stored before they are used, as clipping and exchange between processes need it anyway.
    package var keepsGradients: Bool
    /// The processes that train together; `nil` for this one alone.
    package var processes: (any ProcessGroup)?

    package init(
        threads: Int? = nil,
        instructionSet: InstructionSet = .best,
        progressInterval: Double = 0.1,
        checkpointInterval: Double = 30,
        keepsGradients: Bool = false,
        processes: (any ProcessGroup)? = nil
    ) {
        self.threads = threads
        self.instructionSet = instructionSet
        self.progressInterval = progressInterval
        self.checkpointInterval = checkpointInterval
        self.keepsGradients = keepsGradients
        self.processes = processes
    }
}

/// How a training is doing, for people.
package struct TrainingProgress: Sendable {
    /// The running epoch, counted from 1.
    package let epoch: Int
    package let epochs: Int
    /// Steps taken in this epoch.
    package let step: Int
    package let stepsPerEpoch: Int
    /// Mean over the rows seen in this epoch.
    package let loss: Double
    /// `accuracy` or `mae`.
    package let metricName: String
    package let metric: Double
    package let samplesPerSecond: Double
    /// What the epoch gave, in the report at its end.
    package let finishedEpoch: EpochRecord?
}

/// Where a training tells how it is doing and leaves its state.
///
/// Both are called on the thread that called `fit`.
package struct TrainingObserver {
    package var onProgress: ((TrainingProgress) throws -> Void)?
    /// Called at intervals, at the end of epochs (of short ones not each), and when the training is cancelled.
    package var onCheckpoint: ((TrainingState) throws -> Void)?

    package init(
        onProgress: ((TrainingProgress) throws -> Void)? = nil,
        onCheckpoint: ((TrainingState) throws -> Void)? = nil
    ) {
        self.onProgress = onProgress
        self.onCheckpoint = onCheckpoint
    }
}

/// What a training gives.
package struct TrainingResult: Sendable {
    /// The network with the parameters of the last epoch, or of the best when early stopping restores them.
    package let model: Sequential
    package let state: TrainingState

    package var history: [EpochRecord] { state.position.history }
}
