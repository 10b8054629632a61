package import Support

extension Deployment {
    /// Where a deployment was first written down, when that was done without the remote.
    package struct Offline: Codable, Hashable, Sendable {
        /// The commit that it was.
        package let commit: String
        package let time: Timestamp
    }

    /// The events that made this deployment out of `previous`, to be applied to what the remote has meanwhile.
    ///
    /// A rollback holds the version that it left here, which need not be the one that it leaves there. `nil` for kinds that are not
    /// told twice. `reference` completes what an older tool has written without a digest.
    func events(after previous: Deployment?, reference: (VersionNumber) throws -> VersionReference) throws
        -> [DeploymentEvent]?
    {
        func complete(_ version: VersionNumber, _ digest: Digest?) throws -> VersionReference {
            try digest.map { VersionReference(version: version, digest: $0) } ?? reference(version)
        }
        let newlyHeld = held.filter { hold in
            previous?.held.contains { $0.version == hold.version && $0.digest == hold.digest } != true
        }
        let subject = try recent.first.flatMap { summary in
            try summary.subject.map { try complete($0, summary.subjectDigest) }
        }
        switch kind {
        case .deploy:
            if let rollout {
                return [.rollOut(rollout, skippedChecks: skippedChecks, signatureChanges: signatureChanges)]
            }
            return serving.map { [.deploy($0, skippedChecks: skippedChecks, signatureChanges: signatureChanges)] }
        case .rollback:
            guard let serving else { return nil }
            let holds = try newlyHeld.map { DeploymentEvent.hold(try complete($0.version, $0.digest)) }
            return [.rollback(serving, holding: false, signatureChanges: signatureChanges)] + holds
        case .abort: return [.abort(holding: !newlyHeld.isEmpty)]
        case .hold: return subject.map { [.hold($0)] }
        case .unhold: return subject.map { [.unhold($0)] }
        case .mark:
            return subject.map { [.mark($0, isGood: recent.first?.verdict == .good)] }
        case .alarm: return [.alarm]
        case .annotate: return recent.first?.annotated.map { [.annotate(revision: $0)] }
        case .step, .promote, .remove: return nil
        }
    }
}
