internal import Git
internal import Support

/// A version and why it stays, or what it frees when it goes.
package struct RetentionLine: Sendable {
    package let version: VersionLine
    package let size: Int
    /// Why it stays; empty when it goes.
    package let reasons: [String]
}

extension Store {
    /// Which versions of a model a rule lets go, the newest first; those that are retired already are left out.
    package func retention(of model: String, by rule: RetentionRule) throws -> [RetentionLine] {
        let retired = try retiredVersions(of: model)
        let versions = try versions(of: model).filter { !retired.contains($0.version) }
        return try rule.reasons(for: versions, in: try deployments(of: model), now: clock.now()).map { line in
            RetentionLine(
                version: line.version,
                size: line.reasons.isEmpty ? try version(line.version.version, of: model).size : 0,
                reasons: line.reasons
            )
        }
    }

    /// What the environments run of a model.
    private func deployments(of model: String) throws -> [Deployment] {
        try environments().compactMap { try state(of: $0, model: model).deployment }
    }

    /// Retires the versions that a rule lets go; their weights stay until `quarantine` seconds have passed.
    ///
    /// What the rule says is asked again at the moment of writing: what was deployed meanwhile stays.
    package func retire(
        _ model: String,
        by rule: RetentionRule,
        quarantine: Int,
        reason: String?,
        actor: Actor
    ) async throws -> [RetirementRecord] {
        try await change(References.ledger(of: model), completingRegistrations: true) { store in
            let now = store.clock.now()
            let records = try store.retention(of: model, by: rule).filter(\.reasons.isEmpty).map { line in
                RetirementRecord(
                    model: model,
                    version: line.version.version,
                    digest: line.version.digest,
                    actor: actor.name,
                    reason: reason,
                    time: now,
                    freesAfter: Timestamp(seconds: now.seconds + Int64(quarantine))
                )
            }
            guard !records.isEmpty else { return ([], Change()) }
            let files: [(path: String, content: [UInt8]?)] = try records.map {
                (LedgerPath.retirement($0.version), try JSON.encode($0))
            }
            let shown = records.count == 1 ? "\(records[0].version)" : "\(records.count) versions"
            return (records, try store.plan(files, on: model, "retire \(shown) of \(model)", actor))
        }
    }

    /// Takes the retirement of a version back; does nothing when it is not retired.
    package func restore(_ record: VersionRecord, actor: Actor) async throws {
        try await change(References.ledger(of: record.model), completingRegistrations: true) { store in
            guard try store.retirement(of: record) != nil else { return ((), Change()) }
            let message = "take back the retirement of \(record.model) \(record.version)"
            return (
                (), try store.plan([(LedgerPath.retirement(record.version), nil)], on: record.model, message, actor)
            )
        }
    }

    private func plan(
        _ files: [(path: String, content: [UInt8]?)],
        on model: String,
        _ message: String,
        _ actor: Actor
    ) throws -> Change {
        let branch = References.ledger(of: model)
        let tip = try tip(of: branch)
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(changes: files, to: tip?.tree, into: repository)
        let move = try planCommit(
            tree: tree,
            on: branch,
            after: tip?.commit,
            actor: actor,
            message: message,
            writer: &writer
        )
        return Change(moves: [move])
    }
}

extension Store {
    /// Plans the return of a retired version whose package was registered once more; `nil` for one that is not retired.
    ///
    /// Its weights get their tag back, if that is gone, and nobody frees them.
    func planReturn(of record: VersionRecord, tree: ObjectID, actor: Actor) throws -> Change? {
        guard try retirement(of: record) != nil else { return nil }
        var change = try plan(
            [(LedgerPath.retirement(record.version), nil)],
            on: record.model,
            "register \(record.model) \(record.version) once more",
            actor
        )
        let reference = References.version(record.version, of: record.model)
        guard try !isTaken(reference) else { return change }
        var writer = LooseObjectWriter(repositoryAt: path)
        let author = Identity(name: actor.name, email: actor.email, time: clock.now())
        let commit = try writer.write(
            Commit(tree: tree, parents: [], author: author, message: "\(record.model) \(record.digest)\n"),
            into: repository
        )
        let tag = try writeTag(of: record.version, record.model, to: commit, by: author, &writer)
        try writer.commit()
        change.moves.insert(ReferenceMove(reference: reference, from: nil, to: tag, reason: "register"), at: 0)
        return change
    }
}
