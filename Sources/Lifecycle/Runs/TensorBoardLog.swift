internal import ModelStore
internal import Support
internal import TensorFiles

/// What TensorBoard shows of a run: event files below a directory of the user's, under the names that Keras gives.
///
/// `<directory>/<model>/run-<number>/train` has `epoch_loss` and the others of the training rows, `validation` those of the
/// validation rows. Each fold has the same below `fold-<number>`.
final class TensorBoardLog {
    private let folder: String
    private let earlier: [EpochFigures]
    private var files: [Part: EventFileWriter] = [:]

    /// The rows that a figure was measured on.
    private enum Part: String, CaseIterable {
        case train, validation

        /// The figures of an epoch that belong here, under Keras's tags.
        func scalars(of epoch: EpochFigures) -> [(tag: String, value: Float)] {
            epoch.metrics.sorted { $0.key < $1.key }.compactMap { name, value in
                let isValidation = name.hasPrefix("val_")
                guard isValidation == (self == .validation) else { return nil }
                return ("epoch_\(isValidation ? String(name.dropFirst(4)) : name)", Float(value))
            }
        }
    }

    /// A log of a run that has trained some epochs already.
    init(in directory: String, model: String, run: Int, fold: FoldPosition?, after earlier: [EpochFigures]) {
        folder = "\(directory)/\(model)/run-\(run)" + (fold.map { "/fold-\($0.number)" } ?? "")
        self.earlier = earlier
    }

    /// Looks whether event files can be written below a directory, before anything is trained.
    ///
    /// Throws ``TensorBoardError``.
    static func prepare(_ directory: String, model: String) throws {
        try Names.validate(model, as: "a model")
        do throws(SystemError) {
            let folder = "\(directory)/\(model)"
            try FileSystem.createDirectory(folder)
            try FileSystem.removeFile(File(temporaryWithPrefix: "\(folder)/.tmp-").path)
        } catch {
            throw TensorBoardError(directory: directory, reason: error)
        }
    }

    /// Adds an epoch, which TensorBoard sees after the next ``flush()``.
    ///
    /// `time` is in seconds since 1970.
    func append(_ epoch: EpochFigures, at time: Double) throws {
        for part in Part.allCases {
            let scalars = part.scalars(of: epoch)
            guard !scalars.isEmpty else { continue }
            try file(of: part, from: epoch.epoch, time).append(
                Event(wallTime: time, step: epoch.epoch, .scalars(scalars))
            )
        }
    }

    /// Writes what was added.
    func flush() throws { for file in files.values { try file.flush() } }

    private func file(of part: Part, from step: Int, _ time: Double) throws -> EventFileWriter {
        if let file = files[part] { return file }
        let file = try EventFileWriter(in: "\(folder)/\(part.rawValue)", at: time, from: step)
        // A run that was not watched from its first epoch on is shown whole all the same.
        if !file.isContinuation {
            for epoch in earlier {
                try file.append(Event(wallTime: time, step: epoch.epoch, .scalars(part.scalars(of: epoch))))
            }
        }
        files[part] = file
        return file
    }
}

/// A directory that no event files can be written to.
struct TensorBoardError: Failure {
    let directory: String
    let reason: SystemError

    var description: String { "event files cannot be written to `\(directory)`: \(reason)" }
    var kind: FailureKind { .failed }
    var hints: [String] { ["give --tensorboard a directory that you may write to"] }
}
