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
        let branch = "\(References.heads)\(queued.ledger)"
        let parts = queued.ledger.split(separator: "/").map(String.init)
        if branch.hasPrefix(References.policies) { return try refuseOvertakenRules(of: parts[1]) }
        guard branch.hasPrefix(References.environments), parts.count == 3, let local = try repository.reference(branch)
        else { return }
        do {
            _ = try planQueue(
                of: parts[1],
                model: parts[2],
                from: local,
                onto: try repository.reference(References.tracking(branch)),
                replayingDeployments: options.replayingDeployments
            )
        } catch is UnknownThere {
            // Its version would be pushed before.
        }
    }

    /// The tags of the deployments that were made here offline.
    private func assignments(
        of environment: String,
        _ model: String,
        from local: ObjectID,
        notIn tracking: ObjectID?
    ) throws -> [ReferenceMove] {
        let queued = try tracking.map { try relation(of: local, to: $0).queued } ?? commits(from: local)
        return try queued.compactMap { id in
            let name = References.assignment(try deployment(at: id).revision, of: model, in: environment)
            return try repository.reference(name).map {
                ReferenceMove(reference: name, from: $0, to: $0, reason: "replayed")
            }
        }
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
            let parts = queued.ledger.split(separator: "/").map(String.init)
            guard parts.count == 3, parts[0] == "environments", try isReplayable("\(References.heads)\(queued.ledger)")
            else { continue }
            var report = PushReport()
            do {
                try await pushEnvironment(parts[1], parts[2], PushOptions(), to: remote, &report)
            } catch is Stale {
                continue
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
    func drop(_ branch: String) async throws {
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        let parts = branch.dropFirst(References.environments.count).split(separator: "/").map(String.init)
        let tags =
            branch.hasPrefix(References.environments) && parts.count == 2
            ? try assignments(of: parts[0], parts[1], from: local, notIn: tracking) : []
        if let tracking { return try await replace(branch, local, with: tracking, deleting: tags) }
        let lines = ["delete \(branch) \(local)"] + tags.map { "delete \($0.reference) \($0.to)" }
        let lock = try StoreLock(storeAt: path, verb: verb, clock: clock)
        try await client.run(["update-ref", "-m", "drop", "--stdin"], input: lines.map { "\($0)\n" }.joined())
        _ = consume lock
    }
}
