package import Support

/// Everything that decides what training does with given data: equal recipes and data give equal bits.
package struct TrainingRecipe: JSONDocument, Equatable {
    package static let schema = Schema("training-recipe", 1)

    package var loss: Loss
    package var optimizer: Optimizer
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

    package init(
        loss: Loss,
        optimizer: Optimizer = .adam(Adam()),
        epochs: Int = 1,
        batchSize: Int? = 32,
        shuffle: Bool = true,
        seed: UInt64 = 0,
        classWeights: [Float]? = nil,
        earlyStopping: EarlyStopping? = nil,
        standardizeTarget: Bool? = nil
    ) {
        self.loss = loss
        self.optimizer = optimizer
        self.epochs = epochs
        self.batchSize = batchSize
        self.shuffle = shuffle
        self.seed = seed
        self.classWeights = classWeights
        self.earlyStopping = earlyStopping
        self.standardizeTarget = standardizeTarget
    }
}

/// Ends training when a number has not improved for a while (Keras's callback of that name).
package struct EarlyStopping: Sendable, Equatable, Codable {
    /// A name in the history, such as `val_loss`.
    package var monitor: String
    /// Epochs without improvement that are borne.
    package var patience: Int
    /// A smaller change is no improvement.
    package var minDelta: Double
    /// Whether the result has the parameters of the best epoch, or of the last.
    package var restoreBestWeights: Bool

    package init(
        monitor: String = "val_loss",
        patience: Int = 0,
        minDelta: Double = 0,
        restoreBestWeights: Bool = false
    ) {
        self.monitor = monitor
        self.patience = patience
        self.minDelta = minDelta
        self.restoreBestWeights = restoreBestWeights
    }

    /// Whether a value is better than the best so far: more is better for accuracies, less for everything else.
    func isImprovement(_ value: Double, over best: Double?) -> Bool {
        guard let best else { return true }
        return monitor.hasSuffix("accuracy") ? value - minDelta > best : value + minDelta < best
    }
}
