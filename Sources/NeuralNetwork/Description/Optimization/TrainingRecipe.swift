package import Support

/// Everything that decides what training does with given data: equal recipes and data give equal bits.
package struct TrainingRecipe: JSONDocument, Equatable {
    package static let schema = Schema("training-recipe", 1)

    package var loss: Loss
    package var optimizer: Optimizer
    /// How the learning rate changes; `nil` for not at all.
    package var schedule: LearningRateSchedule?
    /// What bounds the gradients; `nil` for nothing.
    package var clipping: GradientClipping?
    /// What is changed about the pictures that are learned from; `nil` for nothing.
    package var augmentation: ImageAugmentation?
    /// The layers, by their names, whose weights stay as they are; `nil` for none.
    package var frozen: [String]?
    package var epochs: Int
    /// Rows per step; nil for all rows in one step (full batch).
    package var batchSize: Int?
    /// Whether each epoch takes the rows in an order of its own.
    package var shuffle: Bool
    /// Decides initial parameters, order of the rows and dropout.
    package var seed: UInt64
    /// A weight per class, by which the loss of its rows is multiplied.
    package var classWeights: [Float]?
    package var earlyStopping: EarlyStopping?
    /// Whether numbers are learned in units of their standard deviation; `nil` for no.
    package var standardizeTarget: Bool?
    /// Whether each row is its own target, as for an autoencoder; `nil` for no.
    package var reconstructs: Bool?
    /// How many processes train together, each with a batch of its own in every step; `nil` for one.
    package var processes: Int?

    /// The rows of a step, over all processes, where there are so many in all.
    package func rowsPerStep(of rows: Int) -> Int {
        max(1, min(batchSize.map { min($0, rows) * (processes ?? 1) } ?? rows, rows))
    }

    /// The rule by which the learning rate is reduced on plateaus, if it is.
    var plateau: ReduceOnPlateau? {
        guard case .plateau(let rule) = schedule?.decay else { return nil }
        return rule
    }

    package init(
        loss: Loss,
        optimizer: Optimizer = .adam(Adam()),
        schedule: LearningRateSchedule? = nil,
        clipping: GradientClipping? = nil,
        augmentation: ImageAugmentation? = nil,
        frozen: [String]? = nil,
        epochs: Int = 1,
        batchSize: Int? = 32,
        shuffle: Bool = true,
        seed: UInt64 = 0,
        classWeights: [Float]? = nil,
        earlyStopping: EarlyStopping? = nil,
        standardizeTarget: Bool? = nil,
        reconstructs: Bool? = nil,
        processes: Int? = nil
    ) {
        self.loss = loss
        self.optimizer = optimizer
        self.schedule = schedule
        self.clipping = clipping
        self.augmentation = augmentation
        self.frozen = frozen
        self.epochs = epochs
        self.batchSize = batchSize
        self.shuffle = shuffle
        self.seed = seed
        self.classWeights = classWeights
        self.earlyStopping = earlyStopping
        self.standardizeTarget = standardizeTarget
        self.reconstructs = reconstructs
        self.processes = processes
    }
}
