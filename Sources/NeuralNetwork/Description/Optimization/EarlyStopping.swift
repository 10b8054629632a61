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
}

/// A figure of the history that is watched.
package struct MonitoredFigure {
    let name: String
    /// A smaller change is no improvement.
    let minDelta: Double

    package init(name: String, minDelta: Double = 0) {
        self.name = name
        self.minDelta = minDelta
    }

    /// Whether a value is better than the best so far: more is better for accuracies, less for everything else.
    package func isImprovement(_ value: Double, over best: Double?) -> Bool {
        guard let best else { return true }
        return isHigherBetter ? value - minDelta > best : value + minDelta < best
    }

    private var isHigherBetter: Bool { name.hasSuffix("accuracy") }
}
