internal import NeuralNetwork

/// What one epoch gave: a line of a run's history.
package struct EpochFigures: Codable, Sendable, Equatable {
    /// Counted from zero.
    package let epoch: Int
    /// `loss`, `accuracy` or `mae`, the same of the validation rows with `val_` before it, and `learning_rate`.
    package let metrics: [String: Double]

    package init(epoch: Int, metrics: [String: Double]) {
        self.epoch = epoch
        self.metrics = metrics
    }

    init(_ record: EpochRecord) { self.init(epoch: record.epoch, metrics: record.metrics) }
}
