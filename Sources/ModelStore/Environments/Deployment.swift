package import Support

/// A version, named by number for people and by digest for machines.
package struct VersionReference: Codable, Hashable, Sendable {
    package let version: VersionNumber
    package let digest: Digest

    package init(version: VersionNumber, digest: Digest) {
        self.version = version
        self.digest = digest
    }

    package init(_ record: VersionRecord) {
        self.init(version: record.version, digest: record.digest)
    }
}

/// One change of what an environment runs: `deployment.json` in the environment's ledger.
///
/// It holds everything that the next change needs to know, so that neither a rollback nor a status reads the history.
package struct Deployment: JSONDocument, Hashable {
    package static let schema = Schema("deployment", 1)

    /// What kind of change it was.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case deploy, step, promote, rollback, abort, hold, unhold, mark, alarm, annotate, remove

        /// Whether traffic moves.
        package var movesTraffic: Bool {
            switch self {
            case .deploy, .step, .promote, .rollback, .abort, .remove: true
            case .hold, .unhold, .mark, .alarm, .annotate: false
            }
        }
    }

    /// A share of the traffic; the shares of a deployment make 100.
    package struct Route: Codable, Hashable, Sendable {
        package let version: VersionNumber
        package let digest: Digest
        package let percent: Int

        package init(_ target: VersionReference, percent: Int) {
            version = target.version
            digest = target.digest
            self.percent = percent
        }

        package var target: VersionReference { VersionReference(version: version, digest: digest) }
    }

    /// A version that may not go live here.
    package struct Hold: Codable, Hashable, Sendable {
        package let version: VersionNumber
        /// What the version is, whatever its number; `nil` in ledgers of older tools.
        package let digest: Digest?
        package let reason: String
        package let actor: String
        package let time: Timestamp

        /// Whether it is a hold on that version: another package may have been given the same number offline.
        func means(_ target: VersionReference) -> Bool {
            digest.map { $0 == target.digest } ?? (version == target.version)
        }
    }

    /// The version that a rollback goes to, and why this one.
    package struct LastGood: Codable, Hashable, Sendable {
        package let version: VersionNumber
        package let digest: Digest
        /// Whether it was marked good or served for the bake time; else it is merely the latest that is not held.
        package let isProven: Bool
        package let reason: String

        package var target: VersionReference { VersionReference(version: version, digest: digest) }
    }

    /// What is known here about a version that has had all traffic.
    package struct Standing: Codable, Hashable, Sendable {
        /// What people or time have said about it.
        package enum Verdict: String, Codable, Sendable { case unproven, good, bad }

        package let version: VersionNumber
        package let digest: Digest
        package var verdict: Verdict
        package var reason: String?
        /// Since when it has had all traffic, while it has it.
        package var servingSince: Timestamp?
        /// Whether an alarm came since then.
        package var isAlarmed: Bool

        /// How the reason begins when a person, and not time, has called it good.
        static let markedGood = "marked good by "

        /// Whether a person has called it good.
        package var isMarkedGood: Bool { verdict == .good && reason?.hasPrefix(Standing.markedGood) == true }

        package var target: VersionReference { VersionReference(version: version, digest: digest) }
    }

    /// One revision in short.
    package struct Summary: Codable, Hashable, Sendable {
        package let revision: Int
        package let kind: Kind
        /// What had the traffic after it, the largest share first.
        package let version: VersionNumber?
        package let actor: String
        package let time: Timestamp
        package let reason: String?
        package let skippedChecks: Bool
        /// The version that a hold, an unhold or a mark is about; `nil` for moves, and in ledgers of older tools.
        package let subject: VersionNumber?
        /// What that version is, whatever its number; `nil` in ledgers of older tools.
        package let subjectDigest: Digest?
        /// What a mark says of it.
        package let verdict: Standing.Verdict?
        package let incident: String?
        /// The candidate beside it, and its share of the traffic in percent.
        package let candidate: VersionNumber?
        package let candidatePercent: Int?
        /// The revision of which something is said later.
        package let annotated: Int?
    }

    package let environment: String
    package let model: String
    package let revision: Int
    package let kind: Kind
    /// The stable version first; empty when the model was removed.
    package let routes: [Route]
    /// A version that gets a copy of the traffic and whose answers are thrown away.
    package let shadow: VersionReference?
    /// How the candidate comes to the traffic; `nil` where there is none, and in ledgers of older tools.
    package let rollout: Rollout?
    package let lastGood: LastGood?
    package let held: [Hold]
    /// The versions that have had all traffic here, the latest first.
    package let standing: [Standing]
    /// The last revisions, this one first.
    package let recent: [Summary]
    /// The last revision that moved traffic.
    package let lastMove: Summary
    package let reason: String?
    package let actor: String
    package let incident: String?
    package let time: Timestamp
    /// Whether the required checks were skipped on purpose.
    package let skippedChecks: Bool
    /// Differences of inputs and outputs that were allowed.
    package let signatureChanges: [String]
    /// The time on the assignment tag of the last move; each one is later than the one before.
    package let assigned: Timestamp
    /// Where it was written down first, when that was done offline; `nil` for what the remote saw at once.
    package var offline: Offline?

    /// The version that has the traffic, or most of it.
    package var serving: VersionReference? { routes.first?.target }

    /// Whether a candidate has part of the traffic, or a copy of it.
    package var isRollingOut: Bool { routes.count > 1 || shadow != nil || rollout != nil }

    /// The version that has part of the traffic, a copy of it, or waits for it.
    package var candidate: VersionReference? { rollout?.candidate ?? routes.dropFirst().first?.target ?? shadow }

    /// The hold on a version, if there is one.
    package func hold(on version: VersionReference) -> Hold? { held.first { $0.means(version) } }

    /// The hold on what somebody calls by a number, if there is one.
    package func hold(on number: VersionNumber) -> Hold? { held.first { $0.version == number } }

    /// What is known about a version; `nil` when it has not had all traffic.
    package func standing(of version: VersionReference) -> Standing? { standing.first { $0.target == version } }

    /// What is known about what somebody calls by a number, the version that had the traffic last; `nil` when none has.
    package func standing(of number: VersionNumber) -> Standing? { standing.first { $0.version == number } }

    /// Whether a bare rollback has nothing to do: the last move was one, and nothing has been said against where it went.
    ///
    /// So that two people on call do not undo each other, while a version that turned out bad as well is still left.
    package var isRolledBack: Bool {
        guard let serving, !isRollingOut, lastMove.kind == .rollback else { return false }
        return hold(on: serving) == nil && standing(of: serving)?.verdict != .bad
    }
}
