internal import Git
internal import Support

extension Store {
    /// Puts what was done offline to one model of an environment on top of what the remote has, and pushes it.
    ///
    /// Throws ``StoreError`` (13) for a deployment that others have overtaken.
    func pushEnvironment(
        _ environment: String,
        _ model: String,
        _ options: PushOptions,
        to remote: Remote,
        _ report: inout PushReport
    ) async throws {
        let branch = References.environment(environment, model)
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        if let tracking, try relation(of: local, to: tracking).queued.isEmpty { return }
        let queue = try planQueue(
            of: environment,
            model: model,
            from: local,
            onto: tracking,
            replayingDeployments: options.replayingDeployments
        )
        if let tip = queue.tip {
            _ = try await move(branch, from: tracking, to: tip, at: remote, &report)
            report.replayed += queue.replayed
        }
        guard let tip = queue.tip ?? tracking else { return }
        // GTO's tags count the revisions, which have other numbers there.
        let stale =
            tip == local ? [] : try assignments(of: environment, model, from: local, notIn: tracking)
        try await replace(branch, local, with: tip, deleting: stale)
        if let newest = try state(of: environment, model: model).deployment,
            let move = try? planAssignment(
                of: newest,
                actor: Actor(name: newest.actor, email: "\(newest.actor)@localhost")
            )
        {
            try locked { try $0.apply(Change(projections: [move])) }
        }
    }

    /// Throws what keeps the remote from being told what was done offline to an environment.
    func rehearse(_ queued: QueuedLedger, _ options: PushOptions) throws {
        switch queued.branch {
        case .policy(let environment): try refuseOvertakenRules(of: environment)
        case .environment(let environment, let model):
            let branch = References.environment(environment, model)
            guard let local = try repository.reference(branch) else { return }
            do {
                _ = try planQueue(
                    of: environment,
                    model: model,
                    from: local,
                    onto: try repository.reference(References.tracking(branch)),
                    replayingDeployments: options.replayingDeployments
                )
            } catch is UnknownThere {
                // Its version would be pushed before.
            }
        case .store, .model, .follower, nil: return
        }
    }

    /// The tags of the deployments that were made here offline.
    private func assignments(
        of environment: String,
        _ model: String,
        from local: ObjectID,
        notIn tracking: ObjectID?
    ) throws -> [ReferenceMove] {
        var moves: [ReferenceMove] = []
        for id in try relation(of: local, to: tracking).queued {
            let name = References.assignment(try deployment(at: id).revision, of: model, in: environment)
            guard let tag = try repository.reference(name) else { continue }
            moves.append(ReferenceMove(reference: name, from: tag, to: tag, reason: "replayed"))
        }
        return moves
    }

    /// Tells the remote of rollbacks, holds and marks that were made while it could not be reached.
    ///
    /// A deployment that waits is left for `mlops push`. What the remote does not take waits on, and `status` says so.
    func replayAtContact() async throws {
        guard let remote else { return }
        let memory = RemoteMemory(storeAt: path)
        // Nothing is built upon what was rewritten, and what was deleted is given back by who means it.
        let untouchable = Set(memory.rewritten + memory.deleted)
        for queued in try queuedLedgers() where !untouchable.contains(queued.ledger) {
            guard case .environment(let environment, let model)? = queued.branch,
                try isReplayable(References.environment(environment, model))
            else { continue }
            var report = PushReport()
            do {
                try await pushEnvironment(environment, model, PushOptions(), to: remote, &report)
            } catch is any Failure {
                // It waits on: `status` shows it, and `mlops push` says why.
                continue
            }
        }
    }

    private func isReplayable(_ branch: String) throws -> Bool {
        guard let local = try repository.reference(branch),
            let tracking = try repository.reference(References.tracking(branch))
        else { return false }
        return try relation(of: local, to: tracking).queued.allSatisfy { id in
            let kind = try deployment(at: id).kind
            return kind != .deploy && kind != .remove
        }
    }

    /// Takes back what was done offline to one ledger of an environment, with the tags of its deployments.
    func drop(_ queued: QueuedLedger) async throws { try await commit(try planDrop(queued), reason: "drop") }

    private func planDrop(_ queued: QueuedLedger) throws -> ReferenceTransaction {
        var transaction = ReferenceTransaction()
        guard let ledger = queued.branch, let local = try repository.reference(ledger.reference) else {
            return transaction
        }
        let branch = ledger.reference
        let tracking = try repository.reference(References.tracking(branch))
        if let tracking {
            transaction.move(branch, from: local, to: tracking)
        } else {
            transaction.delete(branch, at: local)
        }
        if case .environment(let environment, let model) = ledger {
            for tag in try assignments(of: environment, model, from: local, notIn: tracking) {
                transaction.delete(tag.reference, at: tag.to)
            }
        }
        return transaction
    }
}
