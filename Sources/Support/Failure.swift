/// An error that a person at a terminal, or a CI job, can act on.
///
/// Every error type that may reach the command line conforms to it. The description says what was expected and what
/// was found; a hint says what to do.
package protocol Failure: Error, Sendable, CustomStringConvertible {
    /// The class of failure, which decides the exit code.
    var kind: FailureKind { get }

    /// Suggestions, each a sentence or a command to type, shown as `hint:` lines.
    var hints: [String] { get }
}

extension Failure {
    package var hints: [String] { [] }
}

/// A stable class of failure: its name is part of the JSON output, its exit code part of the command's contract.
///
/// An open struct, so that a new kind breaks nobody who switches over the known ones.
package struct FailureKind: Hashable, Sendable {
    /// The name in JSON, in snake case.
    package let name: String

    /// The process's exit code.
    package let exitCode: Int32

    /// Whether the same command may succeed when it is run again.
    package let isRetryable: Bool

    private init(_ name: String, _ exitCode: Int32, isRetryable: Bool = false) {
        self.name = name
        self.exitCode = exitCode
        self.isRetryable = isRetryable
    }
}

extension FailureKind {
    /// Anything that no other kind describes.
    package static let failed = Self("failed", 1)
    /// The tool computed the answer, and it is no: a gate was not met.
    package static let verdictNo = Self("verdict_no", 3)
    /// There is no store in any of the places searched.
    package static let storeMissing = Self("store_missing", 10)
    /// Somebody else is writing.
    package static let storeLocked = Self("store_locked", 11, isRetryable: true)
    /// A digest, a signature or a format does not match, or objects are gone.
    package static let integrity = Self("integrity", 12)
    /// A race was lost on the same model, or a rollout is in progress; nothing was changed.
    package static let conflict = Self("conflict", 13, isRetryable: true)
    /// No such model, version, run, revision, environment or data.
    package static let notFound = Self("not_found", 14)
    /// The remote of the store cannot be reached; nothing was changed there.
    package static let remoteUnreachable = Self("remote_unreachable", 1, isRetryable: true)
    /// The ref moved, but a target or the golden rows did not confirm.
    package static let unverified = Self("unverified", 16)
    /// Wrong options, or a target that could mean several things.
    package static let usage = Self("usage", 64)
    /// Stopped by SIGINT, after clean-up.
    package static let interrupted = Self("cancelled", 130)
    /// Stopped by SIGTERM, after clean-up.
    package static let terminated = Self("cancelled", 143)
}

/// The kinds that share exit code 15: the command was understood and is not allowed, and trying again won't help.
extension FailureKind {
    /// A change that a rule of the store forbids.
    package static let refused = Self("refused", 15)
    /// The version may not go live in this environment.
    package static let held = Self("held", 15)
    /// A required check is missing, stale or failed.
    package static let checkMissing = Self("check_missing", 15)
    /// The inputs or outputs of the version differ from what the environment serves.
    package static let signatureIncompatible = Self("signature_incompatible", 15)
    /// The project file proposes another policy than the recorded one.
    package static let policyDiffers = Self("policy_differs", 15)
    /// No earlier version may be gone back to.
    package static let nothingToRollBackTo = Self("nothing_to_roll_back_to", 15)
    /// The remote of the store does not let us do it.
    package static let remoteRefused = Self("remote_refused", 15)
}
