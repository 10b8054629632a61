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
    /// Versions that the ledgers name, and whose packages neither this machine nor the remote has.
    var missing: [String] = []

    package init() {}

    package var isEmpty: Bool { ledgers.isEmpty && tags.isEmpty && dropped.isEmpty && renumbered.isEmpty }
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
        // What a killed writer has left between its tag and its ledger goes, too.
        try locked(completingRegistrations: true) { _ in }
        let queued = try queuedLedgers()
        try options.refuseUnknown(among: queued)
        for ledger in queued where options.drops(ledger) {
            // What was done to it just now was not meant: whoever was too late ends with a conflict.
            try await drop(ledger)
            report.dropped.append(ledger.ledger)
        }
        // What was taken back is not given back with it.
        try await retrying(forgetDeleted)
        if try repository.reference(References.tracking(References.format)) == nil {
            try await retrying { try await pushBranch(References.format, to: remote, &report) }
        }
        var tags = try await list(["\(References.tags)*"], at: remote)
        // A conflict of one ledger keeps no other from arriving.
        var conflicts: [any Failure] = []
        func collecting(_ body: () async throws -> Void) async throws {
            do {
                try await retrying(body)
            } catch let conflict as any Failure where [.conflict, .integrity].contains(conflict.kind) {
                conflicts.append(conflict)
            }
        }
        for model in try models() {
            try await collecting {
                do {
                    try await pushLedger(of: model, to: remote, known: tags, &report)
                } catch is Stale {
                    tags = try await list(["\(References.tags)*"], at: remote)
                    throw Stale()
                }
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
        for follower in try repository.references(under: References.followers)
        where Ledger(reference: follower.name) != nil {
            try await retrying { try await pushBranch(follower.name, to: remote, &report) }
        }
        try await pushAssignments(to: remote, known: tags, &report)
        guard report.missing.isEmpty else { throw StoreError.incomplete(report.missing) }
        if let first = conflicts.first {
            throw StoreError(
                first.kind,
                conflicts.map(\.description).joined(separator: "\n"),
                hints: conflicts.count == 1 ? first.hints : conflicts.flatMap(\.hints).uniqued
            )
        }
        return report
    }

    /// Looks at the remote, and throws what would end a push before it has begun, or keep a deployment from being told.
    package func rehearsePush(_ options: PushOptions) async throws {
        guard remote != nil else { throw StoreError.noRemote }
        try await synchronize(replaying: false)
        try refuseRewritten()
        let queued = try queuedLedgers()
        try options.refuseUnknown(among: queued)
        for ledger in queued where !options.drops(ledger) { try rehearse(ledger, options) }
    }

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
    private func forgetDeleted() async throws {
        let memory = RemoteMemory(storeAt: path)
        let gone = try trackedHeads().filter { memory.deleted.contains(Self.shown($0.head)) }
        guard !gone.isEmpty else { return }
        var transaction = ReferenceTransaction()
        for (head, remote) in gone { transaction.delete(References.tracking(head), at: remote) }
        try await commit(transaction, reason: "deleted there")
        try memory.forgetDeleted()
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
        var present = tags.isEmpty ? [] : try packages(of: model, among: known)
        for start in stride(from: 0, to: tags.count, by: Self.batch) {
            let part = Array(tags[start..<min(start + Self.batch, tags.count)])
            let commits = try part.map { try repository.tag($0.to).target }
            var change = Change(moves: part)
            // Only what the remote has is named, and only for what it has not: git takes the objects of both for sent.
            for commit in commits where !present.isEmpty && !present.contains(commit) {
                change.bases[commit] = Array(present.suffix(5))
            }
            guard case .accepted = try await send(change, to: remote) else { throw Stale() }
            present += commits
            report.tags += part.map { Self.shown($0.reference) }
        }
        guard let queue else { return }
        if queue.tip != tracking { _ = try await move(branch, from: tracking, to: queue.tip, at: remote, &report) }
        try await replace(
            branch,
            local,
            with: queue.tip,
            creating: queue.tags + queue.arrived,
            deleting: queue.abandoned
        )
        report.renumbered += queue.renumbered
        report.missing += queue.missing
    }

    /// The commits of the versions of a model that are here and among the tags of the remote, the newest last.
    private func packages(of model: String, among known: [String: ObjectID]) throws -> [ObjectID] {
        var found: [(number: VersionNumber, commit: ObjectID)] = []
        for (name, id) in try repository.references(under: References.tags) where known[name] == id {
            guard let number = References.version(in: name, of: model) else { continue }
            found.append((number, try repository.tag(id).target))
        }
        return found.sorted { $0.number < $1.number }.map(\.commit)
    }

    /// Moves a branch of the remote on, and says how; throws ``Stale`` when somebody else was faster.
    func move(
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

    private func pushPolicy(of environment: String, to remote: Remote, _ report: inout PushReport) async throws {
        let branch = References.policy(of: environment)
        guard let local = try repository.reference(branch) else { return }
        try refuseOvertakenRules(of: environment)
        if let tracking = try repository.reference(References.tracking(branch)),
            case .diverged = try relation(of: local, to: tracking)
        {
            return try await replace(branch, local, with: tracking)
        }
        try await pushBranch(branch, to: remote, &report)
    }

    /// Throws ``StoreError`` (13) when rules were changed here and at the remote, and are not the same.
    func refuseOvertakenRules(of environment: String) throws {
        let branch = References.policy(of: environment)
        guard let local = try repository.reference(branch),
            let tracking = try repository.reference(References.tracking(branch)),
            case .diverged = try relation(of: local, to: tracking)
        else { return }
        let theirs = try repository.commit(tracking)
        guard try repository.commit(local).tree != theirs.tree else { return }
        throw StoreError(
            .conflict,
            "the rules of \(environment) were changed offline, and at the remote as well, by \(theirs.author.name)",
            hints: ["take back what was recorded here, then look: mlops push --drop \(environment)"]
        )
    }

    /// Pushes a branch whose commits go on from what the remote has, as they are.
    func pushBranch(_ branch: String, to remote: Remote, _ report: inout PushReport) async throws {
        guard let local = try repository.reference(branch) else { return }
        let tracking = try repository.reference(References.tracking(branch))
        if let tracking {
            guard case .ahead = try relation(of: local, to: tracking) else { return }
        }
        try adopt(try await move(branch, from: tracking, to: local, at: remote, &report))
    }

    /// Puts a branch of ours where it is at the remote, with the tags that go with it; our own commits are left behind.
    func replace(
        _ branch: String,
        _ local: ObjectID,
        with tip: ObjectID,
        creating tags: [ReferenceMove] = [],
        deleting abandoned: [ReferenceMove] = []
    ) async throws {
        var transaction = ReferenceTransaction()
        if local != tip { transaction.move(branch, from: local, to: tip) }
        let tracking = References.tracking(branch)
        if try repository.reference(tracking) != tip { transaction.set(tracking, to: tip) }
        // A number that was ours may be somebody else's now, and the next one ours.
        let created = Dictionary(tags.map { ($0.reference, $0.to) }, uniquingKeysWith: { first, _ in first })
        for tag in abandoned where created[tag.reference] == nil { transaction.delete(tag.reference, at: tag.to) }
        for (name, id) in created {
            let own = try repository.reference(name)
            if let own {
                if own != id { transaction.move(name, from: own, to: id) }
            } else {
                transaction.create(name, at: id)
            }
        }
        try await commit(transaction, reason: "push")
    }
}

extension StoreError {
    /// All that is here has been pushed, and that is not all.
    fileprivate static func incomplete(_ missing: [String]) -> StoreError {
        let shown =
            missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
        return StoreError(
            .integrity,
            "everything that is here was pushed; neither this machine nor the remote has the package\(missing.count == 1 ? "" : "s") of \(shown)",
            hints: [
                "who has a clone that holds them: mlops push there",
                "for a new remote, fetch all while the old one is still set: mlops pull --all",
            ]
        )
    }

    package static let noRemote = StoreError(
        .usage,
        "the store has no remote",
        hints: ["give it one: mlops remote add git@HOST:PATH.git"]
    )
}
