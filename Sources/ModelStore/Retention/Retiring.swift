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
                    freesAfter: Timestamp(seconds: now.seconds + Int64(quarantine)),
                    freed: nil
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
    ///
    /// Its package, which is here, goes back to the remote where that has lost it. Throws ``StoreError`` (15) once somebody has begun to
    /// remove the weights.
    package func restore(_ record: VersionRecord, actor: Actor) async throws {
        let tag = References.version(record.version, of: record.model)
        var isThere = true
        if let remote, !connection.isOffline { isThere = try await list([tag], at: remote)[tag] != nil }
        try await change(References.ledger(of: record.model), completingRegistrations: true) { store in
            guard let retirement = try store.retirement(of: record) else { return ((), Change()) }
            guard retirement.freed == nil else { throw StoreError.retired(retirement) }
            let message = "take back the retirement of \(record.model) \(record.version)"
            var change = try store.plan(
                [(LedgerPath.retirement(record.version), nil)],
                on: record.model,
                message,
                actor
            )
            if !isThere, let id = try store.repository.reference(tag) {
                change.moves.insert(ReferenceMove(reference: tag, from: nil, to: id, reason: "restore"), at: 0)
                change.bases = store.bases(of: change, model: record.model)
            }
            return ((), change)
        }
    }

    /// Writes into the ledger of a model that the weights of some versions go now, or, with `nil`, that they stay after all; gives
    /// those of which that is true.
    ///
    /// Who takes a retirement back writes into the same ledger: one of the two comes first, and the other sees it.
    func note(freed time: Timestamp?, of versions: [VersionNumber], of model: String) async throws -> [VersionNumber] {
        guard !versions.isEmpty else { return [] }
        let tool = Actor(name: "mlops", email: "mlops@localhost")
        return try await change(References.ledger(of: model), completingRegistrations: true) { store in
            let found = try versions.compactMap { number in
                try store.retirement(of: try store.version(number, of: model))
            }
            let changed = found.filter { ($0.freed == nil) != (time == nil) }
            guard !changed.isEmpty else { return (found.map(\.version), Change()) }
            let files: [(path: String, content: [UInt8]?)] = try changed.map {
                (LedgerPath.retirement($0.version), try JSON.encode($0.freed(at: time)))
            }
            let shown = changed.count == 1 ? "\(changed[0].version)" : "\(changed.count) versions"
            let message = time == nil ? "keep the weights of" : "free the weights of"
            return (found.map(\.version), try store.plan(files, on: model, "\(message) \(shown) of \(model)", tool))
        }
    }

    /// The versions that a deployment remembers and whose weights are gone.
    func freedVersions(among deployment: Deployment?) throws -> Set<Digest> {
        guard let deployment, !deployment.standing.isEmpty else { return [] }
        let retired = (try? retiredVersions(of: deployment.model)) ?? []
        return Set(
            try deployment.standing.filter { retired.contains($0.version) }.filter { entry in
                guard let record = try? version(entry.target, of: deployment.model) else { return false }
                return try retirement(of: record)?.freed != nil
            }.map(\.digest)
        )
    }

    /// Throws ``StoreError`` (15) for an event that would put a version live that was let go.
    func refuseFreed(_ event: DeploymentEvent, of model: String) throws {
        func retirement(of target: VersionReference) throws -> RetirementRecord? {
            try (try? version(target, of: model)).flatMap { try self.retirement(of: $0) }
        }
        switch event {
        case .deploy, .rollOut:
            guard let target = event.target else { return }
            guard let retirement = try retirement(of: target) else { return }
            throw StoreError.retired(retirement)
        case .rollback(let target, _, _):
            // Where a rollback leads by itself, is kept: only what is gone is no way back.
            guard let retirement = try retirement(of: target), retirement.freed != nil else { return }
            throw StoreError.retired(retirement)
        default: return
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
        let reference = record.tag
        if let own = try repository.reference(reference) {
            guard remote != nil, !connection.isOffline else { return change }
            // The remote may have let go of it already.
            change.moves.insert(ReferenceMove(reference: reference, from: nil, to: own, reason: "register"), at: 0)
            change.bases = bases(of: change, model: record.model)
            return change
        }
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

extension StoreError {
    /// A version that has been let go, and what can still be done about it.
    package static func retired(_ retirement: RetirementRecord) -> StoreError {
        let name = "\(retirement.model)@\(retirement.version)"
        let who = "\(retirement.model) \(retirement.version) was retired by \(retirement.actor) at \(retirement.time)"
        return retirement.freed == nil
            ? StoreError(
                .refused,
                "\(who): its weights go after \(retirement.freesAfter)",
                hints: ["take that back first: mlops retire --undo \(name)"]
            )
            : StoreError(
                .refused,
                "\(who), and its weights went at \(retirement.freed?.description ?? "")",
                hints: ["make it anew: mlops reproduce \(name); or register the same package once more"]
            )
    }
}
