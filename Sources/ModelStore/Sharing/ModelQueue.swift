internal import Git
internal import Support

/// What was registered and checked offline, as it goes on top of what the remote has.
struct ModelQueue {
    let model: String
    /// The branch as it is to be at the remote.
    var tip: ObjectID
    /// Tags to create there.
    var tags: [ReferenceMove] = []
    /// Tags of ours that arrived there in an attempt that was cut short; they are to be created here.
    var arrived: [ReferenceMove] = []
    /// Tags of ours whose number somebody else has claimed, or whose package is a version there already.
    var abandoned: [ReferenceMove] = []
    var renumbered: [Renumbering] = []
    /// Versions whose packages neither this machine nor the remote has.
    var missing: [String] = []

    /// The number that a package has at the remote.
    func number(of version: VersionNumber) -> VersionNumber { renumbered.last { $0.from == version }?.to ?? version }
}

/// A version that had to take another number, because somebody else was first.
package struct Renumbering: Codable, Hashable, Sendable {
    package let model: String
    package let from: VersionNumber
    package let to: VersionNumber
}

extension Store {
    /// Plans how the ledger of a model goes on at the remote with what was done offline.
    ///
    /// `known` are the tags that the remote has. Where it has gone no other way, our commits stay as they are; else each is made
    /// anew, see ``LedgerRebuild``. Who reads the result cannot tell in which order the machines have met.
    func planQueue(
        of model: String,
        from local: ObjectID,
        onto remote: ObjectID?,
        known: [String: ObjectID]
    ) throws -> ModelQueue {
        let relation = try relation(of: local, to: remote)
        let queued = try relation.queued.map { try QueuedCommit($0, in: repository) }
        let registered = try queued.flatMap { try $0.registered(in: repository) }
        // A number can be taken by a tag that no ledger names yet.
        let isTaken = try registered.contains { record in
            let name = References.version(record.version, of: model)
            guard let there = known[name], let own = try repository.reference(name) else { return false }
            return there != own
        }
        if case .ahead = relation, !isTaken {
            var queue = ModelQueue(model: model, tip: local)
            for record in registered { try queue.addTag(of: record.version, as: record.version, known: known, self) }
            return queue
        }
        guard let remote else {
            // Nothing is there yet but a tag in our way, which only a rewritten remote can have.
            throw StoreError(.integrity, "the remote has tags of `\(model)`, and no ledger of it")
        }
        var rebuild = try LedgerRebuild(of: model, onto: remote, since: relation, known: known, self)
        for commit in queued { try rebuild.add(commit) }
        return rebuild.queue
    }
}

extension ModelQueue {
    /// Lets the tag of a version be created at the remote, under the number that it has there.
    mutating func addTag(
        of version: VersionNumber,
        as number: VersionNumber,
        known: [String: ObjectID],
        _ store: Store
    ) throws {
        let reference = References.version(number, of: model)
        guard let own = try store.repository.reference(References.version(version, of: model)) else {
            if known[reference] != nil { return }
            // What has been let go, is a version all the same.
            let isRetired = try store.retiredVersions(of: model).contains(version)
            if !isRetired { missing.append("\(model)@\(version)") }
            return
        }
        let id = number == version ? own : try store.writeTag(of: number, model, like: own)
        let move = ReferenceMove(reference: reference, from: number == version ? own : nil, to: id, reason: "push")
        if known[reference] == id { arrived.append(move) } else { tags.append(move) }
    }
}

/// A commit of a ledger that waits to be pushed, with the files that it has changed.
struct QueuedCommit {
    let commit: Commit
    let files: [(path: String, blob: ObjectID?)]
    /// The tree that it was made from.
    let before: ObjectID?

    init(_ id: ObjectID, in repository: borrowing Repository) throws {
        commit = try repository.commit(id)
        before = try commit.parents.first.map { try repository.commit($0).tree }
        files = try repository.changes(from: before, to: commit.tree)
    }

    /// The versions that it has entered.
    func registered(in repository: borrowing Repository) throws -> [VersionRecord] {
        try files.filter { LedgerPath.isVersion($0.path) }.compactMap { file in
            guard let blob = file.blob else { return nil }
            let bytes = try repository.object(blob, expecting: .blob)
            return try JSON.decode(VersionRecord.self, from: bytes, source: file.path)
        }
    }
}
