/// An epoch that a training has just finished, for those who watch it.
package struct FinishedEpoch: Sendable {
    package let run: Int
    /// Which fold judges what is trained; `nil` for the model itself.
    package let fold: FoldPosition?
    /// The epochs of the recipe.
    package let epochs: Int
    package let figures: EpochFigures
    /// `accuracy` or `mae`.
    package let metricName: String
    /// The speed of this epoch.
    package let samplesPerSecond: Double
    /// Seconds of training so far, over all stretches.
    package let seconds: Double

    /// Counted from 1.
    package var number: Int { figures.epoch + 1 }

    /// `epoch 3/5  loss 0.3603  accuracy 0.8676  val_loss 0.3434  val_accuracy 0.8718  94475 samples/s`.
    package var text: String {
        let names = ["loss", metricName, "val_loss", "val_\(metricName)"]
        let shown = names.compactMap { name in figures.metrics[name].map { "\(name) \(shortened($0))" } }
        let place = fold.map { "\($0)  " } ?? ""
        return "\(place)epoch \(number)/\(epochs)  \(shown.joined(separator: "  "))  \(Int(samplesPerSecond)) samples/s"
    }
}
