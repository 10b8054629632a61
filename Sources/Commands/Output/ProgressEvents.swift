package import Lifecycle
internal import Support

/// Tells machines how long work goes: one JSON object a line.
package final class ProgressEvents: ProgressListener {
    private let write: @Sendable (String) -> Void
    private let isQuiet: Bool

    /// With `isQuiet` only warnings are written.
    package init(isQuiet: Bool, write: @escaping @Sendable (String) -> Void) {
        self.isQuiet = isQuiet
        self.write = write
    }

    /// A sentence for people.
    private struct Message: Encodable {
        let event: String
        let message: String
    }

    /// The end of an epoch.
    private struct Epoch: Encodable {
        let event = "epoch"
        let run: Int
        /// The fold, from 1 on, and how many there are; `nil` for the model itself.
        let fold: Int?
        let folds: Int?
        let epoch: Int
        let epochs: Int
        let metrics: [String: Double]
        let samplesPerSecond: Double
        let seconds: Double
    }

    package func advance(_ task: String, done: Int, total: Int?, unit: ProgressUnit, details: String) {}
    package func finish() {}

    package func note(_ message: String) {
        if !isQuiet { line(Message(event: "note", message: message)) }
    }

    package func warn(_ message: String) { line(Message(event: "warning", message: message)) }

    package func finishEpoch(_ epoch: FinishedEpoch) {
        guard !isQuiet else { return }
        line(
            Epoch(
                run: epoch.run,
                fold: epoch.fold?.number,
                folds: epoch.fold?.count,
                epoch: epoch.number,
                epochs: epoch.epochs,
                metrics: epoch.figures.metrics.filter(\.value.isFinite),
                samplesPerSecond: epoch.samplesPerSecond.rounded(),
                seconds: epoch.seconds
            )
        )
    }

    /// Writes an event at once: whoever reads it is waiting for it.
    private func line(_ event: some Encodable) {
        guard let bytes = try? JSON.encode(event, pretty: false) else { return }
        write(String(decoding: bytes, as: UTF8.self) + "\n")
    }
}
