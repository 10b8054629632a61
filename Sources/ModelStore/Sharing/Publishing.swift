internal import Git
internal import Support

/// Changes that come true at the remote first: whoever moves its refs was first, and all others look again.
extension Store {
    /// How long somebody who loses races goes on, in seconds, and how often he tries at least.
    private static let patienceForRaces = 5.0
    private static let leastAttempts = 8

    /// Plans, pushes, and follows; plans anew when somebody else was faster.
    func publish<Result>(
        to remote: Remote,
        _ ledger: String,
        completingRegistrations: Bool,
        _ plan: (Store) throws -> (Result, Change)
    ) async throws -> Result {
        // Writers of this machine take turns, ledger by ledger: they would only make each other look again.
        let turn = try await Turn.take(at: ledger, in: path)
        defer { withExtendedLifetime(turn) {} }
        var parked: ParkedPackage?
        do {
            let result = try await race(
                to: remote,
                ledger,
                completingRegistrations: completingRegistrations,
                parking: &parked,
                plan
            )
            if let parked { await release(parked, at: remote) }
            return result
        } catch {
            if let parked { await release(parked, at: remote) }
            throw error
        }
    }

    /// Plans and pushes until nobody else is faster; a large package travels on its own after the first lost race.
    private func race<Result>(
        to remote: Remote,
        _ ledger: String,
        completingRegistrations: Bool,
        parking parked: inout ParkedPackage?,
        _ plan: (Store) throws -> (Result, Change)
    ) async throws -> Result {
        let stopwatch = Stopwatch()
        var attempts = 0
        while true {
            var (result, change) = try locked(completingRegistrations: completingRegistrations) { store in
                // After what a killed writer has left was completed: that may wait to be pushed now.
                try store.refuseUnfollowed(ledger)
                return try plan(store)
            }
            guard !change.moves.isEmpty else { return result }
            if attempts == 1 { parked = await park(change, at: remote) }
            if let parked, let commit = packageCommit(of: change) {
                change.bases[commit, default: []].append(parked.commit)
            }
            guard case .stale(let taken) = try await send(change, to: remote) else {
                try adopt(change)
                return result
            }
            takenTags.formUnion(taken)
            attempts += 1
            guard attempts < Self.leastAttempts || stopwatch.seconds < Self.patienceForRaces else {
                throw StoreError(
                    .conflict,
                    "others changed \(Self.shown(ledger)) at the remote each time before this change arrived",
                    hints: ["run the command again"]
                )
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...(20 * min(attempts, 10)))))
            try await synchronize()
        }
    }

    /// Throws ``StoreError`` when our branch is not where the remote's is: what waits must be pushed first, and what was
    /// rewritten is not built upon.
    private func refuseUnfollowed(_ ledger: String) throws {
        let shown = Self.shown(ledger)
        if RemoteMemory(storeAt: path).rewritten.contains(shown) {
            throw StoreError.rewritten(shown, in: path)
        }
        guard let local = try repository.reference(ledger) else { return }
        let remote = try repository.reference(References.tracking(ledger))
        let count = try relation(of: local, to: remote).queued.count
        guard count == 0 else {
            throw StoreError(
                .conflict,
                "\(count) change\(count == 1 ? "" : "s") of \(shown) made offline wait\(count == 1 ? "s" : "") to be pushed",
                hints: ["push first: mlops push", "or go on without the remote: add --offline"]
            )
        }
    }

    /// Throws ``StoreError`` (13) for an event about a version that the remote does not have under its number: it was registered
    /// offline, and nobody else can know what is meant.
    func refuseUnpublished(_ event: DeploymentEvent, of model: String) throws {
        guard let target = event.target else { return }
        // What was held by mistake must be let go.
        if case .unhold = event { return }
        try refuseUnpublished(target, of: model)
    }

    /// Throws ``StoreError`` (13) for a version that the remote does not have under its number.
    package func refuseUnpublished(_ target: VersionReference, of model: String) throws {
        guard remote != nil, !connection.isOffline else { return }
        let there = try published(target.version, of: model)
        guard there?.digest != target.digest else { return }
        let other = there.map { ", where the remote has sha256:\($0.digest.short) under that number" } ?? ""
        throw StoreError(
            .conflict,
            "\(model) \(target.version) (sha256:\(target.digest.short)) was registered offline, and waits to be pushed\(other)",
            hints: [
                "push first, which gives it a number that is free: mlops push",
                "or go on without the remote: add --offline",
            ]
        )
    }

    /// What became of a change that was sent.
    enum Sending {
        case accepted
        /// Somebody else was faster; with the tags that exist there already.
        case stale(taken: Set<String>)
    }

    /// Sends the objects of a change, and asks the remote to move its refs.
    ///
    /// Throws ``RemoteError``; when the line broke after everything was sent, the remote is asked what it has made of it.
    func send(_ change: Change, to remote: Remote) async throws -> Sending {
        let references = (change.moves + change.projections).map { PushedReference($0.reference, to: $0.to) }
        let results: [String: PushResult]
        do {
            results = try await push(
                references,
                to: remote,
                // Projections may fail; several moves belong together.
                atomic: change.moves.count > 1,
                bases: change.bases,
                timeLimit: change.bases.isEmpty && change.moves.count == 1 ? Connection.patienceOfChange : .infinity
            )
        } catch let error as RemoteError where error.cause == .unreachable {
            guard await hasArrived(change, at: remote) else { throw error }
            return .accepted
        }
        for move in change.moves {
            if case .refused(let reason)? = results[move.reference] {
                throw RemoteError(
                    .forbidden,
                    address: remote.address.description,
                    message: "\(Self.shown(move.reference)): \(reason)"
                )
            }
        }
        let stale = change.moves.filter { results[$0.reference] != .accepted }
        guard !stale.isEmpty else { return .accepted }
        let tags = stale.map(\.reference).filter { $0.hasPrefix(References.tags) && results[$0] == .stale }
        return .stale(taken: Set(tags))
    }

    /// Whether the remote has the refs of a change, whatever became of the answer.
    private func hasArrived(_ change: Change, at remote: Remote) async -> Bool {
        guard let found = try? await list(change.moves.map(\.reference), at: remote) else { return false }
        return change.moves.allSatisfy { found[$0.reference] == $0.to }
    }

    /// Moves our refs to where the remote's are now.
    ///
    /// Another process may have followed the remote further meanwhile, or have gone on offline: what has moved stays.
    func adopt(_ change: Change) throws {
        try locked { store in
            for move in change.moves + change.projections {
                if move.reference.hasPrefix(References.heads) {
                    try store.note(move.to, for: References.tracking(move.reference), from: move.from)
                }
                if try store.repository.reference(move.reference) == move.from {
                    try store.repository.moveReferencePastStaleLocks(
                        move.reference,
                        from: move.from,
                        to: move.to,
                        reason: move.reason
                    )
                }
            }
        }
    }

    /// Git notes where the remote's branch is after a push; where it could not, we do.
    private func note(_ id: ObjectID, for tracking: String, from: ObjectID?) throws {
        let current = try repository.reference(tracking)
        guard current != id, current == from else { return }
        try repository.moveReferencePastStaleLocks(tracking, from: current, to: id, reason: "push")
    }

    /// Whether a tag exists, here or, as a lost race has shown, at the remote.
    func isTaken(_ tag: String) throws -> Bool {
        try takenTags.contains(tag) || repository.reference(tag) != nil
    }

    /// The commit of the version that a change makes; `nil` for another change.
    func packageCommit(of change: Change) -> ObjectID? {
        guard let tag = change.moves.first, tag.reference.hasPrefix(References.tags) else { return nil }
        return try? repository.tag(tag.to).target
    }

    /// The newest versions of a model that are here and at the remote, as those with which a new one shares most.
    ///
    /// What the remote may not have is left out: it would be sent as well, and what was retired would come back.
    func bases(of change: Change, model: String) -> [ObjectID: [ObjectID]] {
        guard remote != nil, let commit = packageCommit(of: change) else { return [:] }
        let retired = (try? retiredVersions(of: model)) ?? []
        let known = localVersionCommits(of: model) { line in
            !retired.contains(line.version) && (try? published(line.version, of: model))??.digest == line.digest
        }
        return known.isEmpty ? [:] : [commit: known]
    }

    /// The commits of the newest versions of a model whose packages are here.
    func localVersionCommits(
        of model: String,
        where isWanted: (LedgerSummary.Line) -> Bool = { _ in true }
    ) -> [ObjectID] {
        guard let summary = try? ledgerSummary(of: model) else { return [] }
        var found: [ObjectID] = []
        for line in summary.newest where found.count < 4 && isWanted(line) {
            guard let tag = try? repository.reference(References.version(line.version, of: model)),
                let commit = try? repository.tag(tag).target
            else { continue }
            found.append(commit)
        }
        return found
    }

    /// A ref as people name it: without `refs/heads/` or `refs/tags/`.
    static func shown(_ reference: String) -> String {
        for prefix in [References.heads, References.tags] where reference.hasPrefix(prefix) {
            return String(reference.dropFirst(prefix.count))
        }
        return reference
    }
}

extension StoreError {
    /// The remote has taken something back that was there.
    static func rewritten(_ ledger: String, in store: String) -> StoreError {
        let tracking = "refs/remotes/\(Remote.name)/\(ledger)"
        return StoreError(
            .integrity,
            "the remote's branch \(ledger) was rewritten: it does not contain what was there when it was seen last",
            hints: [
                "what cannot wait goes without the remote: add --offline",
                "nothing was followed, and nothing here is lost: git --git-dir \(store) log \(tracking)",
                "who may force, can restore it: git --git-dir \(store) push --force \(Remote.name) \(tracking):refs/heads/\(ledger)",
                "or, if it was meant, take what is there: git --git-dir \(store) fetch \(Remote.name) +refs/heads/\(ledger):\(tracking) +refs/heads/\(ledger):refs/heads/\(ledger)",
            ]
        )
    }
}
