internal import Support

/// Keeps what each epoch gave as soon as it is finished: in the run's history, and for TensorBoard where that is wished.
///
/// Written a few times a second, however short the epochs are.
final class EpochJournal {
    private let history: RunHistory
    private var tensorBoard: TensorBoardLog?
    private let warn: (String) -> Void
    private let began: Double
    private let stopwatch = Stopwatch()
    private var lastFlush = 0.0

    private static let flushInterval = 0.25

    /// A journal of a training that begins at `time`, in seconds since 1970.
    ///
    /// Problems of TensorBoard's files end nothing, and are told to `warn`.
    init(
        history: RunHistory,
        tensorBoard: TensorBoardLog?,
        beginningAt time: Double,
        warn: @escaping (String) -> Void
    ) {
        self.history = history
        self.tensorBoard = tensorBoard
        self.warn = warn
        began = time
    }

    func append(_ epoch: EpochFigures) throws {
        let seconds = stopwatch.seconds
        try history.append(epoch)
        watch { try $0.append(epoch, at: began + seconds) }
        if seconds - lastFlush >= EpochJournal.flushInterval { try flush() }
    }

    /// Writes what has not been written yet: before a checkpoint, and at the end.
    func flush() throws {
        lastFlush = stopwatch.seconds
        try history.flush()
        watch { try $0.flush() }
    }

    /// A training must not end because nobody can look at it any more.
    private func watch(_ body: (TensorBoardLog) throws -> Void) {
        guard let log = tensorBoard else { return }
        do {
            try body(log)
        } catch {
            tensorBoard = nil
            warn("the training goes on without TensorBoard: \(error)")
        }
    }
}
