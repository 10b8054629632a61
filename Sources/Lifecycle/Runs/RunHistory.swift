internal import Support

/// The history of a run: `history.jsonl` in its folder, a line for each epoch as soon as it is finished.
final class RunHistory {
    private let file: File
    private var lines = HistoryLines()

    private static let room = 1 << 16

    /// Begins the history with the epochs that a training goes on from.
    ///
    /// What else the file held is gone: epochs after the checkpoint, which are trained again, and the half of a line that a
    /// kill has left.
    init(of run: RunDirectory, from earlier: [EpochFigures]) throws {
        try AtomicFile.write(HistoryLines(earlier).bytes, to: run.history, durable: false)
        file = try File(appendingTo: run.history)
    }

    /// Adds an epoch, which is in the file after the next ``flush()``.
    func append(_ epoch: EpochFigures) throws(SystemError) {
        lines.append(epoch)
        // Fresh memory costs more than a call of the system.
        if lines.bytes.count >= RunHistory.room { try flush() }
    }

    /// Writes what was added.
    func flush() throws(SystemError) {
        guard !lines.bytes.isEmpty else { return }
        try file.write(lines.bytes)
        lines.removeAll()
    }
}

extension RunDirectory {
    fileprivate var history: String { "\(path)/history.jsonl" }

    /// The epochs that were finished, also while the run is trained; none for the work of a program.
    ///
    /// Runs of older tools have the history of their package only.
    func readHistory() throws -> [EpochFigures] { try readHistoryIfAny() ?? [] }

    /// The epochs of the model itself, or of the newest fold as long as only these are trained.
    ///
    /// The fold counts from 1, and is `nil` for the model itself.
    func readNewestHistory() throws -> (fold: Int?, history: [EpochFigures]) {
        if let own = try readHistoryIfAny() { return (nil, own) }
        let numbers = ((try? FileSystem.names(in: "\(path)/folds")) ?? []).compactMap { Int($0) }.sorted()
        for fold in numbers.reversed() {
            if let history = try folder(ofFold: fold).readHistoryIfAny() { return (fold, history) }
        }
        return (nil, [])
    }

    /// The epochs that were finished; `nil` when no training has begun in this folder.
    func readHistoryIfAny() throws -> [EpochFigures]? {
        for file in [history, "\(path)/package/training/history.jsonl"] where FileSystem.exists(file) {
            return try HistoryLines.epochs(in: FileSystem.read(file, limit: 1 << 32), source: file)
        }
        return nil
    }
}
