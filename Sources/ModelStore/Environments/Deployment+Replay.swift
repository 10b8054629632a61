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
    /// told twice.
    func events(after previous: Deployment?, reference: (VersionNumber) throws -> VersionReference) rethrows
        -> [DeploymentEvent]?
    {
        let newlyHeld = held.filter { hold in previous?.hold(on: hold.version) == nil }.map(\.version)
        let subject = recent.first?.subject
        switch kind {
        case .deploy:
            return serving.map { [.deploy($0, skippedChecks: skippedChecks, signatureChanges: signatureChanges)] }
        case .rollback:
            guard let serving else { return nil }
            let holds = try newlyHeld.map { DeploymentEvent.hold(try reference($0)) }
            return [.rollback(serving, holding: false, signatureChanges: signatureChanges)] + holds
        case .abort: return [.abort(holding: !newlyHeld.isEmpty)]
        case .hold: return try subject.map { [.hold(try reference($0))] }
        case .unhold: return try subject.map { [.unhold(try reference($0))] }
        case .mark:
            return try subject.map { [.mark(try reference($0), isGood: recent.first?.verdict == .good)] }
        case .alarm: return [.alarm]
        case .step, .promote, .remove: return nil
        }
    }
}
