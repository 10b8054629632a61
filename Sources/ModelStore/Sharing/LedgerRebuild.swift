internal import Git
internal import Support

/// Makes the commits of a model's ledger that were written offline anew, on top of what the remote has.
///
/// A version whose number is taken gets the next free one of its line, one that is there already is left out, a check is a file of its
/// own, and a retirement follows its package. Commits without anything new are left out.
struct LedgerRebuild {
    private let store: Store
    private(set) var queue: ModelQueue
    private var tree: ObjectID
    /// The tags that the remote has, by their names.
    private let known: [String: ObjectID]
    /// Those of them that its ledger does not name: a push that was cut short may have brought them.
    private let unfinished: [(number: VersionNumber, id: ObjectID)]
    /// What the remote's ledger has had since ours went another way.
    private let told: Set<Telling>

    /// Begins with the ledger of `model` at the remote as `tip` has it, and ours since both were one.
    init(
        of model: String,
        onto tip: ObjectID,
        since relation: Relation,
        known: [String: ObjectID],
        _ store: Store
    ) throws {
        self.store = store
        self.known = known
        queue = ModelQueue(model: model, tip: tip)
        let tree = try store.repository.commit(tip).tree
        self.tree = tree
        unfinished = try known.compactMap { name, id in
            guard let number = References.version(in: name, of: model), try !store.has(number, in: tree) else {
                return nil
            }
            return (number, id)
        }
        .sorted { $0.number < $1.number }
        told = try Telling.all(from: tip, since: relation, in: store.repository)
    }

    /// Puts a commit on top, unless everything in it is there.
    mutating func add(_ queued: QueuedCommit) throws {
        var changes: [(path: String, content: [UInt8]?)] = []
        var message = queued.commit.message
        for file in queued.files where !LedgerPath.isDerived(file.path) {
            if file.path.hasPrefix(LedgerPath.retired) {
                // Whoever took it back meanwhile, has the last word.
                guard !told.contains(Telling(queued.commit)) else { continue }
                changes += try file.blob.map { try retirement($0) } ?? withdrawal(of: file.path, in: queued)
                continue
            }
            // Nothing else is ever taken out of a ledger.
            guard let blob = file.blob else { continue }
            let bytes = try store.repository.object(blob, expecting: .blob)
            guard LedgerPath.isVersion(file.path) else {
                changes.append((file.path, bytes))
                continue
            }
            let record = try JSON.decode(VersionRecord.self, from: bytes, source: file.path)
            if let existing = try store.number(with: record.digest, in: tree) {
                changes += try settle(record, as: existing)
            } else {
                let number = try givenNumber(of: record) ?? freeNumber(for: record)
                if number != record.version { message = "register \(queue.model) \(number)\n" }
                changes += try enter(record, as: number)
            }
        }
        guard !changes.isEmpty else { return }
        var writer = LooseObjectWriter(repositoryAt: store.path)
        let new = try writer.write(changes: changes, to: tree, into: store.repository)
        guard new != tree else { return }
        queue.tip = try writer.write(
            Commit(tree: new, parents: [queue.tip], author: queued.commit.author, message: message),
            into: store.repository
        )
        try writer.commit()
        tree = new
    }
}

// MARK: - Versions

extension LedgerRebuild {
    /// Enters a version that was registered offline under the number that it gets.
    private mutating func enter(
        _ record: VersionRecord,
        as number: VersionNumber
    ) throws -> [(path: String, content: [UInt8]?)] {
        try renumber(record, to: number)
        guard let tag = try ownTag(of: record) else {
            throw StoreError(.integrity, "\(record.title) was registered here, and its tag is gone")
        }
        try queue.addTag(of: record.version, as: number, known: known, store)
        return try store.entry(
            record.renumbered(number, parent: record.parent.map { queue.number(of: $0) }),
            try store.keptFiles(ofTag: tag, title: record.title),
            in: tree
        )
    }

    /// Lets go of a version whose package is one at the remote already: its tag is made here where it is the same, and who has
    /// registered a package that was let go meanwhile brings it back.
    private mutating func settle(
        _ record: VersionRecord,
        as number: VersionNumber
    ) throws -> [(path: String, content: [UInt8]?)] {
        try renumber(record, to: number)
        let retirement = LedgerPath.retirement(number)
        guard let own = try ownTag(of: record) else { return [] }
        let reference = References.version(number, of: queue.model)
        let isRetired = try store.repository.entry(at: retirement, in: tree) != nil
        let isThere = try known[reference] != nil && known[reference] == store.tag(of: number, queue.model, like: own)
        if isThere || known[reference] == nil && isRetired {
            let id = try store.writeTag(of: number, queue.model, like: own)
            let move = ReferenceMove(reference: reference, from: nil, to: id, reason: "push")
            if isThere { queue.arrived.append(move) } else { queue.tags.append(move) }
        }
        return isRetired ? [(retirement, nil)] : []
    }

    private mutating func renumber(_ record: VersionRecord, to number: VersionNumber) throws {
        guard number != record.version else { return }
        queue.renumbered.append(Renumbering(model: queue.model, from: record.version, to: number))
        guard let own = try ownTag(of: record) else { return }
        let name = References.version(record.version, of: queue.model)
        queue.abandoned.append(ReferenceMove(reference: name, from: own, to: own, reason: "renumbered"))
    }

    private func ownTag(of record: VersionRecord) throws -> ObjectID? {
        try store.repository.reference(References.version(record.version, of: queue.model))
    }

    /// The number that an attempt to push a version gave it before it was cut short; `nil` for none.
    private func givenNumber(of record: VersionRecord) throws -> VersionNumber? {
        guard !unfinished.isEmpty, let own = try ownTag(of: record) else { return nil }
        // The same package under the same number, by the same writer, is the same tag.
        return try unfinished.first { try store.tag(of: $0.number, queue.model, like: own) == $0.id }?.number
    }

    /// The number of a version that was registered offline: its own if it is free, else the next of its line.
    private func freeNumber(for record: VersionRecord) throws -> VersionNumber {
        try record.version.firstFree { number in
            let name = References.version(number, of: queue.model)
            let isOthers = try known[name] != nil && known[name] != store.repository.reference(name)
            return try isOthers || store.has(number, in: tree) || queue.tags.contains { $0.reference == name }
        }
    }
}

// MARK: - Retirements

extension LedgerRebuild {
    /// Who has retired a version offline, as an entry of another ledger where its package has another number.
    ///
    /// Whether its weights have begun to go is left to those who ask the remote before they free any.
    private func retirement(_ blob: ObjectID) throws -> [(path: String, content: [UInt8]?)] {
        let bytes = try store.repository.object(blob, expecting: .blob)
        let record = try JSON.decode(RetirementRecord.self, from: bytes, source: "a retirement")
        guard let number = try store.number(with: record.digest, in: tree),
            // Who was first, has said it; its weights may be gone by now.
            try store.repository.entry(at: LedgerPath.retirement(number), in: tree) == nil
        else { return [] }
        return [(LedgerPath.retirement(number), try JSON.encode(record.freed(at: nil).renumbered(number)))]
    }

    /// The end of a retirement that was taken back offline; nothing where it has no counterpart.
    private func withdrawal(
        of path: String,
        in queued: QueuedCommit
    ) throws -> [(path: String, content: [UInt8]?)] {
        guard let before = queued.before, let old = try store.repository.blob(at: path, in: before) else { return [] }
        let withdrawn = try JSON.decode(RetirementRecord.self, from: old, source: path)
        guard let number = try store.number(with: withdrawn.digest, in: tree),
            case let there = LedgerPath.retirement(number),
            let bytes = try store.repository.blob(at: there, in: tree)
        else { return [] }
        // What has gone since does not come back by that.
        let record = try JSON.decode(RetirementRecord.self, from: bytes, source: there)
        return record.freed == nil ? [(there, nil)] : []
    }
}

/// What one commit of a ledger says and who says it, which stay the same when it is made anew on top of another.
private struct Telling: Hashable {
    let author: Identity
    let message: String

    init(_ commit: Commit) { (author, message) = (commit.author, commit.message) }

    /// What the remote has been told since our ledger went another way.
    ///
    /// Something of ours is among it when somebody was killed before he could note here that it had arrived.
    static func all(
        from tip: ObjectID,
        since relation: Relation,
        in repository: borrowing Repository
    ) throws -> Set<Telling> {
        guard case .diverged(let base, _) = relation else { return [] }
        var all: Set<Telling> = []
        var next: ObjectID? = tip
        while let id = next, id != base {
            let commit = try repository.commit(id)
            all.insert(Telling(commit))
            next = commit.parents.first
        }
        return all
    }
}
