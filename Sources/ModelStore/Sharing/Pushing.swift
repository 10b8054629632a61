internal import Git
internal import Support

/// What a push brought to the remote.
package struct PushReport: Sendable {
    /// Branches that moved there, with the number of commits that were new.
    package var ledgers: [String] = []
    /// Tags that were created there: versions, and GTO's.
    package var tags: [String] = []
    package var renumbered: [Renumbering] = []
    /// Deployments that were made offline, as they are at the remote.
    package var replayed: [Deployment] = []
    /// Queued changes that were taken back, by their branch.
    package var dropped: [String] = []

    package init() {}

    package var isEmpty: Bool { ledgers.isEmpty && tags.isEmpty && dropped.isEmpty }
}

/// What is to become of deployments that were made offline, where the remote has gone another way since.
package struct PushOptions: Sendable {
    /// Whether they are made all the same.
    package var replayingDeployments = false
    /// Environments whose queue is taken back, each as `production fashion` or `production`.
    package var dropping: [String] = []

    package init() {}
}

extension Store {
    /// Brings to the remote what this store has and the remote has not: first what was registered, then rules, then deployments.
    ///
    /// It can be killed at any moment: what has arrived is recognized when it goes on.
    /// Throws ``StoreError`` (13) for a deployment that others have overtaken, and ``RemoteError``.
    package func push(_ options: PushOptions = PushOptions()) async throws -> PushReport {
        guard let remote else { throw StoreError.noRemote }
        try await synchronize(replaying: false)
        var report = PushReport()
        try refuseRewritten()
        let there = try await list(["\(References.heads)*", "\(References.tags)*"], at: remote)
        try await forgetDeleted(among: there)
        let queued = try queuedLedgers()
        try options.refuseUnknown(among: queued)
        for ledger in queued where options.drops(ledger.ledger) {
            try await drop("\(References.heads)\(ledger.ledger)")
            report.dropped.append(ledger.ledger)
        }
        if try repository.reference(References.tracking(References.format)) == nil {
            try await retrying { try await pushBranch(References.format, to: remote, &report) }
        }
        var tags = there.filter { $0.key.hasPrefix(References.tags) }
        for model in try models() {
            try await retrying {
                do {
                    try await pushLedger(of: model, to: remote, known: tags, &report)
                } catch is Stale {
                    tags = try await list(["\(References.tags)*"], at: remote)
                    throw Stale()
                }
            }
        }
        // A conflict of one ledger keeps no other from arriving.
        var conflicts: [any Failure] = []
        func collecting(_ body: () async throws -> Void) async throws {
            do {
                try await retrying(body)
            } catch let conflict as any Failure where conflict.kind == .conflict {
                conflicts.append(conflict)
            }
        }
        for environment in try environments() {
            try await collecting { try await pushPolicy(of: environment, to: remote, &report) }
            for state in try states(of: environment) {
                try await collecting {
                    try await pushEnvironment(environment, state.model, options, to: remote, &report)
                }
            }
        }
        for follower in try repository.references(under: References.followers) where References.isLedger(follower.name)
        {
            try await retrying { try await pushBranch(follower.name, to: remote, &report) }
        }
        try await pushAssignments(to: remote, known: tags, &report)
        if let first = conflicts.first {
            throw StoreError(
                .conflict,
                conflicts.map(\.description).joined(separator: "\n"),
                hints: conflicts.count == 1 ? first.hints : conflicts.flatMap(\.hints).uniqued
            )
        }
        return report
    }

    /// A race was lost: the ledger is to be looked at again.
    private struct Stale: Error {}

    private func retrying(_ body: () async throws -> Void) async throws {
        let stopwatch = Stopwatch()
        while true {
            do {
                return try await body()
            } catch is Stale {
                guard stopwatch.seconds < 30 else {
                    throw StoreError(
                        .conflict,
                        "others write to the remote all the time",
                        hints: ["run the command again: what has arrived stays"]
                    )
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...200)))
                try await synchronize(replaying: false)
            }
        }
    }

    private func refuseRewritten() throws {
        if let first = RemoteMemory(storeAt: path).rewritten.first { throw StoreError.rewritten(first, in: path) }
    }

    /// Takes ledgers that somebody has deleted at the remote for such as were never pushed, so that it gets them back.
    private func forgetDeleted(among there: [String: ObjectID]) async throws {
        let gone = try deletedLedgers(among: there)
        guard !gone.isEmpty else { return }
        let lines = gone.map { "delete \(References.tracking($0.head)) \($0.remote)\n" }
        try await client.run(["update-ref", "-m", "deleted there", "--stdin"], input: lines.joined())
    }

    /// How many tags go into one push: each carries a whole model.
    private static let batch = 50

    private func pushLedger(
        of model: String,
        to remote: Remote,
        known: [String: ObjectID],
        _ report: inout PushReport
    ) async throws {
        let branch = References.ledger(of: model)
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        var queue: ModelQueue?
        if try tracking.map({ try relation(of: local, to: $0).queued.isEmpty }) != true {
            queue = try planQueue(of: model, from: local, onto: tracking, known: known)
        }
        // A host that has lost tags gets them back from whoever has them.
        let wanted = queue?.tags ?? []
        let lost = try missingTags(of: model, known).filter { lost in
            !wanted.contains { $0.reference == lost.reference }
        }
        let abandoned = Set(queue?.abandoned.map(\.reference) ?? [])
        let tags = wanted + lost.filter { !abandoned.contains($0.reference) }
        for start in stride(from: 0, to: tags.count, by: Self.batch) {
            let part = Array(tags[start..<min(start + Self.batch, tags.count)])
            var change = Change(moves: part)
            change.bases = queue?.bases ?? [:]
            guard case .accepted = try await send(change, to: remote) else { throw Stale() }
            report.tags += part.map { Self.shown($0.reference) }
        }
        guard let queue else { return }
        if queue.tip != tracking { _ = try await move(branch, from: tracking, to: queue.tip, at: remote, &report) }
        try await replace(branch, local, with: queue.tip, creating: queue.tags, deleting: queue.abandoned)
        report.renumbered += queue.renumbered
    }

    /// Moves a branch of the remote on, and says how; throws ``Stale`` when somebody else was faster.
    private func move(
        _ branch: String,
        from tracking: ObjectID?,
        to tip: ObjectID,
        at remote: Remote,
        _ report: inout PushReport
    ) async throws -> Change {
        let change = Change(moves: [ReferenceMove(reference: branch, from: tracking, to: tip, reason: "push")])
        guard case .accepted = try await send(change, to: remote) else { throw Stale() }
        report.ledgers.append(Self.shown(branch))
        return change
    }

    /// The tags of versions that are here, in the ledger of the remote, and not among its tags.
    private func missingTags(of model: String, _ known: [String: ObjectID]) throws -> [ReferenceMove] {
        guard let tip = try repository.reference(References.tracking(References.ledger(of: model))) else { return [] }
        let tree = try repository.commit(tip).tree
        let retired = try retiredVersions(of: model)
        return try repository.references(under: References.tags).compactMap { name, id in
            guard known[name] == nil, let number = References.version(in: name, of: model),
                let record = try versionRecord(number, of: model, in: tree),
                !retired.contains(number), (try? manifest(of: record)) != nil
            else { return nil }
            return ReferenceMove(reference: name, from: id, to: id, reason: "push")
        }
    }

    private func pushPolicy(of environment: String, to remote: Remote, _ report: inout PushReport) async throws {
        let branch = References.policy(of: environment)
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        if let tracking, case .diverged = try relation(of: local, to: tracking) {
            let theirs = try repository.commit(tracking)
            guard try repository.commit(local).tree == theirs.tree else {
                throw StoreError(
                    .conflict,
                    "the rules of \(environment) were changed offline, and at the remote as well, by \(theirs.author.name)",
                    hints: ["take back what was recorded here, then look: mlops push --drop \(environment)"]
                )
            }
            return try await replace(branch, local, with: tracking)
        }
        try await pushBranch(branch, to: remote, &report)
    }

    /// Pushes a branch whose commits go on from what the remote has, as they are.
    private func pushBranch(_ branch: String, to remote: Remote, _ report: inout PushReport) async throws {
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        if let tracking {
            guard case .ahead = try relation(of: local, to: tracking) else { return }
        }
        try adopt(try await move(branch, from: tracking, to: local, at: remote, &report))
    }

    private func pushEnvironment(
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
            tip == local || tracking == nil ? [] : try assignments(of: environment, model, from: local, notIn: tracking)
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
        for queued in try queuedLedgers() {
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

    /// Brings to the remote what a follower of this machine has said last; who was overtaken, goes on with his next word.
    ///
    /// Throws ``StoreError`` (13) when another follower speaks under the same name.
    package func publishReceipt(of follower: String, in environment: String) async throws {
        guard let remote else { return }
        let branch = References.follower(follower, of: environment)
        if let local = try repository.reference(branch),
            let tracking = try repository.reference(References.tracking(branch)),
            case .diverged = try relation(of: local, to: tracking)
        {
            throw StoreError(
                .conflict,
                "another follower of \(environment) is called \(follower)",
                hints: [
                    "give one of them another name: --name; the one here is made anew by: git --git-dir \(path) update-ref -d \(branch)"
                ]
            )
        }
        var report = PushReport()
        do {
            try await pushBranch(branch, to: remote, &report)
        } catch is Stale {}
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

    /// GTO's tags that the remote does not have; it need not take them.
    private func pushAssignments(
        to remote: Remote,
        known: [String: ObjectID],
        _ report: inout PushReport
    ) async throws {
        let retired = Dictionary(
            uniqueKeysWithValues: try models().map { ($0, try retiredVersions(of: $0)) }
        )
        let missing = try repository.references(under: References.tags).filter { name, id in
            guard known[name] == nil, let (model, version) = try assigned(by: name, id) else { return false }
            // It would bring the weights back that somebody has let go.
            return retired[model]?.contains(version) == false
        }
        for start in stride(from: 0, to: missing.count, by: 500) {
            let part = missing[start..<min(start + 500, missing.count)].map { PushedReference($0.name, to: $0.id) }
            let results = try? await push(part, to: remote)
            report.tags += part.filter { results?[$0.name] == .accepted }.map { Self.shown($0.name) }
        }
    }

    /// Puts a branch of ours where it is at the remote, with the tags that go with it; our own commits are left behind.
    private func replace(
        _ branch: String,
        _ local: ObjectID,
        with tip: ObjectID,
        creating tags: [ReferenceMove] = [],
        deleting abandoned: [ReferenceMove] = []
    ) async throws {
        var lines: [String] = []
        if local != tip { lines.append("update \(branch) \(tip) \(local)") }
        let tracking = References.tracking(branch)
        if try repository.reference(tracking) != tip { lines.append("update \(tracking) \(tip)") }
        // A number that was ours may be somebody else's now, and the next one ours.
        let created = Dictionary(tags.map { ($0.reference, $0.to) }, uniquingKeysWith: { first, _ in first })
        for tag in abandoned where created[tag.reference] == nil { lines.append("delete \(tag.reference) \(tag.to)") }
        for (name, id) in created {
            let own = try repository.reference(name)
            if own == nil {
                lines.append("create \(name) \(id)")
            } else if own != id {
                lines.append("update \(name) \(id)")
            }
        }
        guard !lines.isEmpty else { return }
        let lock = try StoreLock(storeAt: path, verb: verb, clock: clock)
        if lock.wasAbandoned { StaleRefLock.removeAll(in: path) }
        try await client.run(["update-ref", "-m", "push", "--stdin"], input: lines.map { "\($0)\n" }.joined())
        _ = consume lock
    }

    /// The model and the version that one of GTO's tags assigns; `nil` for another tag.
    private func assigned(by name: String, _ id: ObjectID) throws -> (model: String, version: VersionNumber)? {
        let parts = Self.shown(name).split(separator: "#")
        guard parts.count == 3, let tag = try? repository.tag(id),
            let word = tag.message.split(whereSeparator: \.isWhitespace).last, let version = VersionNumber(word)
        else { return nil }
        return (String(parts[0]), version)
    }

    /// Takes back what was done offline to one ledger of an environment, with the tags of its deployments.
    private func drop(_ branch: String) async throws {
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

extension PushOptions {
    /// Whether the queue of a ledger is to be taken back.
    fileprivate func drops(_ ledger: String) -> Bool {
        PushOptions.names(of: ledger).contains(where: dropping.contains)
    }

    /// How people name the queue of a ledger that can be taken back: `production`, `production fashion`.
    private static func names(of ledger: String) -> [String] {
        let parts = ledger.split(separator: "/").map(String.init)
        guard parts.count > 1, ["environments", "policies"].contains(parts[0]) else { return [] }
        return [parts[1], parts.dropFirst().joined(separator: " ")]
    }

    /// Throws ``StoreError`` (14) for a name that fits nothing: what was meant to be taken back would be pushed.
    fileprivate func refuseUnknown(among queued: [QueuedLedger]) throws {
        let names = queued.flatMap { PushOptions.names(of: $0.ledger) }
        guard let unknown = dropping.first(where: { !names.contains($0) }) else { return }
        let known = names.uniqued.map { "'\($0)'" }.joined(separator: ", ")
        throw StoreError(
            .notFound,
            "nothing that was done offline to `\(unknown)` waits; nothing was pushed, and nothing taken back",
            hints: [known.isEmpty ? "no environment has anything that waits" : "what waits: \(known)"]
        )
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it comes first.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension References {
    /// The version that a tag is that of; `nil` for a tag of another kind.
    static func version(in tag: String, of model: String) -> VersionNumber? {
        let prefix = "\(tags)\(model)@"
        return tag.hasPrefix(prefix) ? VersionNumber(tag.dropFirst(prefix.count)) : nil
    }
}

extension StoreError {
    package static let noRemote = StoreError(
        .usage,
        "the store has no remote",
        hints: ["give it one: mlops remote add git@HOST:PATH.git"]
    )
}
