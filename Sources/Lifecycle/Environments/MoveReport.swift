package import ModelStore
package import Support

/// What a deployment or a rollback did.
package struct MoveReport: Encodable, Sendable {
    /// What happened in one place where the environment is real.
    package struct Target: Encodable, Sendable {
        /// `nil` when the environment is real in no directory that is known here.
        package let directory: String?
        /// The follower that has answered, or should have.
        package var follower: String?
        /// The version that it serves now; `nil` when it serves none.
        package let serves: String?
        /// How long after the start of the command.
        package let seconds: Double
        /// How many golden rows gave the stored outputs, and how many there are.
        package let goldenRows: GoldenRowsReport?
        /// Why it is not as it should be.
        package let problem: String?
        /// What was wrong with its files and is not any more, and where something was put aside.
        package var mended: [String] = []
    }

    package let environment: String
    package let model: String
    package let revision: Int
    package let kind: Deployment.Kind
    package let from: VersionNumber?
    package let to: VersionNumber
    package let digest: Digest
    package let changed: Bool
    package let dryRun: Bool
    /// Why this version, for a rollback.
    package var why: String?
    package var reason: String?
    package var skippedChecks = false
    /// The required checks that were skipped, and what is wrong with each.
    package var missingChecks: [String] = []
    package var signatureChanges: [String] = []
    /// How the version comes to the traffic; `nil` where it takes all of it at once.
    package var rollout: Rollout?
    /// The version that was left and is held now.
    package var held: VersionNumber?
    /// The hold that it had before; `nil` when it was held by this move.
    package var heldBefore: Deployment.Hold?
    package var incident: String?
    /// What somebody may not expect.
    package var notes: [String] = []
    package let lastGood: Deployment.LastGood?
    /// How long the ref took to move, in seconds.
    package let movedAfter: Double?
    package let targets: [Target]
    /// Which of the golden rows would get, or now get, another answer than before.
    package var flips: FlipReport?
    /// How the answers to requests would change that callers have sent lately; `nil` but in a rehearsal.
    package var recorded: RecordedChanges?
    /// Whether the rules of the environment were recorded by this command.
    package var policyRecorded = false
    package var warnings: [String] = []
    /// The line that undoes it; `nil` when there is nothing to go back to.
    package let undo: String?

    /// Whether every target confirmed what it serves.
    package var isVerified: Bool { targets.allSatisfy { $0.problem == nil } }
}

/// How many golden rows a version answers as it did when it was registered.
package struct GoldenRowsReport: Encodable, Sendable {
    package let agree: Int
    package let total: Int
    /// The largest difference of an output.
    package let maxDifference: Double

    /// What is wrong when they do not all agree.
    var problem: String? { agree < total ? "golden rows give other outputs than when it was registered" : nil }
}

/// How the answers of two versions differ on the same rows.
package struct FlipReport: Encodable, Sendable {
    /// How many rows were put to both.
    package let rows: Int
    /// How many of them get another answer.
    package let flips: Int
    /// The most frequent changes, as `Shirt -> Coat` with their number.
    package let changes: [Change]

    /// One kind of change.
    package struct Change: Encodable, Sendable {
        package let from: String
        package let to: String
        package let count: Int
    }
}
