internal import Evaluation
package import Support

/// One training: `run.json` in its directory.
package struct RunRecord: JSONDocument {
    package static let schema = Schema("run", 1)

    /// How far it came.
    package enum Status: String, Codable, Sendable {
        /// Begun; if no process works on it, it was killed and can be resumed.
        case running
        /// Stopped by Ctrl-C, and can be resumed.
        case interrupted
        case finished
        /// The loss was no longer a number.
        case diverged
        /// The program of `trainer` failed.
        case failed
    }

    package let run: Int
    package let model: String
    package var status: Status
    package let started: Timestamp
    /// Seconds of training, over all stretches.
    package var seconds: Double
    /// The digests of the recipe and of the data with the seed: a resumed run must have the same.
    package let recipe: Digest
    package let data: Digest
    package let overrides: [String]
    /// Whether it is to become a version when its gates pass.
    package let registers: Bool
    /// The program that trained; `nil` for a network.
    package var trainer: String?
    /// The version that went on learning; `nil` for a training from the start.
    package var updates: String?
    package var threads: Int?
    /// The processes that trained together, which a resumed run must have again; `nil` for one.
    package var processes: Int?
    package var samplesPerSecond: Double?
    package var epochs: Int
    /// The epochs of the recipe, after which it ends if nothing stops it earlier; `nil` in records of older tools.
    package var plannedEpochs: Int?
    /// The figure that early stopping watches; `nil` for none.
    package var monitor: String?
    /// The directory of TensorBoard's event files, which a resumed run goes on with; `nil` for none.
    package var tensorboard: String?
    /// The epoch, from 1 on, whose weights early stopping brought back; `nil` for the last one.
    package var bestEpoch: Int?
    /// The figures on the validation rows, or on the training rows when there are no others.
    package var metrics: [String: Double]?
    /// What `metrics` were measured on: `validation`, `out-of-fold` or `training`.
    package var measuredOn: String?
    /// What each fold gave; `nil` where there are none.
    package var crossValidation: CrossValidation?
    package var testMetrics: [String: Double]?
    /// What makes a class of the probabilities, as it was chosen on the validation rows.
    package var decision: DecisionLine?
    package var gates: [GateLine]?
    package var baselines: [BaselineLine]?
    /// The version that it became.
    package var registered: String?
    /// Why it did not finish.
    package var problem: String?
    /// The commit of the project, and whether it had changes.
    package var commit: String?
    package var isDirty: Bool?

    /// Whether something of it is left to do, once no process works on it: training, or the registration.
    var isUnfinished: Bool {
        awaitsRegistration || (isResumable && (status == .running || status == .interrupted))
    }

    /// Whether it can be gone on with when it was stopped: an update and a program begin anew.
    var isResumable: Bool { trainer == nil && updates == nil }

    /// Whether its process was killed between the end of the training and the registration.
    var awaitsRegistration: Bool {
        status == .finished && registers && registered == nil && passesGates
    }

    /// Whether no gate keeps it from becoming a version.
    var passesGates: Bool { gates?.areMet ?? true }
}

/// A model so simple that the trained one must beat it.
package struct BaselineLine: Codable, Sendable {
    package let name: String
    package let metrics: [String: Double]
}
