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
    /// anew: a version whose number is taken gets the next free one of its kind, one that is there already is left out, and a
    /// check is a file of its own. Who reads the result cannot tell in which order the machines have met.
    func planQueue(
        of model: String,
        from local: ObjectID,
        onto remote: ObjectID?,
        known: [String: ObjectID]
    ) throws -> ModelQueue {
        let relation = try remote.map { try self.relation(of: local, to: $0) } ?? .ahead(try commits(from: local))
        let changed = try relation.queued.map { try changedFiles(of: $0) }
        let registered = try changed.flatMap { try versions(in: $0) }
        func isOthers(_ name: String) throws -> Bool {
            guard let there = known[name], let own = try repository.reference(name) else { return false }
            return there != own
        }
        let isTaken = try registered.contains { try isOthers(References.version($0.version, of: model)) }
        if case .ahead = relation, !isTaken {
            var queue = ModelQueue(model: model, tip: local)
            for record in registered { try addTag(of: record.version, as: record.version, to: &queue, known) }
            return queue
        }
        guard let base = remote else {
            // Nothing is there yet but a tag in our way, which only a rewritten remote can have.
            throw StoreError(.integrity, "the remote has tags of `\(model)`, and no ledger of it")
        }
        let tree = try repository.commit(base).tree
        var rebuild = LedgerRebuild(
            model: model,
            on: base,
            of: tree,
            unfinished: try known.filter { name, _ in
                try References.version(in: name, of: model).map { try versionRecord($0, of: model, in: tree) == nil }
                    == true
            }
        )
        for (id, files) in zip(relation.queued, changed) {
            try rebuild.add(try repository.commit(id), files, known, from: self)
        }
        return try rebuild.finish()
    }

    /// The files that a commit of a ledger has changed.
    private func changedFiles(of id: ObjectID) throws -> [(path: String, blob: ObjectID?)] {
        let commit = try repository.commit(id)
        let before = try commit.parents.first.map { try repository.commit($0).tree }
        return try repository.changes(from: before, to: commit.tree)
    }

    private func versions(in files: [(path: String, blob: ObjectID?)]) throws -> [VersionRecord] {
        try files.filter { LedgerPath.isVersion($0.path) }.compactMap { file in
            guard let blob = file.blob else { return nil }
            return try JSON.decode(
                VersionRecord.self,
                from: try repository.object(blob, expecting: .blob),
                source: file.path
            )
        }
    }

    /// Lets the tag of a version be created at the remote, under the number that it has there.
    fileprivate func addTag(
        of version: VersionNumber,
        as number: VersionNumber,
        to queue: inout ModelQueue,
        _ known: [String: ObjectID]
    ) throws {
        let reference = References.version(number, of: queue.model)
        guard let own = try repository.reference(References.version(version, of: queue.model)) else {
            if known[reference] != nil { return }
            // What has been let go, is a version all the same.
            let isRetired = try retiredVersions(of: queue.model).contains(version)
            if !isRetired { queue.missing.append("\(queue.model)@\(version)") }
            return
        }
        var id = own
        if number != version {
            let tag = try repository.tag(own)
            var writer = LooseObjectWriter(repositoryAt: path)
            id = try writeTag(of: number, queue.model, to: tag.target, by: tag.tagger, &writer)
            try writer.commit()
        }
        let move = ReferenceMove(reference: reference, from: number == version ? own : nil, to: id, reason: "push")
        if known[reference] == id { queue.arrived.append(move) } else { queue.tags.append(move) }
    }
}

/// Makes the commits of a ledger anew, on top of what the remote has.
private struct LedgerRebuild {
    private var queue: ModelQueue
    private var tree: ObjectID
    /// Tags of the remote that its ledger does not name: a push that was cut short may have brought them.
    private let unfinished: [String: ObjectID]

    init(model: String, on tip: ObjectID, of tree: ObjectID, unfinished: [String: ObjectID]) {
        queue = ModelQueue(model: model, tip: tip)
        self.tree = tree
        self.unfinished = unfinished
    }

    func finish() throws -> ModelQueue { queue }

    /// Puts one commit on top, unless everything in it is there.
    mutating func add(
        _ commit: Commit,
        _ files: [(path: String, blob: ObjectID?)],
        _ known: [String: ObjectID],
        from store: Store
    ) throws {
        var changes: [(path: String, content: [UInt8]?)] = []
        var message = commit.message
        for file in files where !LedgerPath.isDerived(file.path) {
            guard let blob = file.blob else {
                // Only a retirement is ever taken out of a ledger.
                changes += try store.withdrawal(of: file.path, in: tree, queue)
                continue
            }
            let bytes = try store.repository.object(blob, expecting: .blob)
            if file.path.hasPrefix(LedgerPath.retired) {
                changes += try store.retirement(bytes, in: tree)
                continue
            }
            guard LedgerPath.isVersion(file.path) else {
                changes.append((file.path, bytes))
                continue
            }
            let record = try JSON.decode(VersionRecord.self, from: bytes, source: file.path)
            if let number = try store.register(record, known, unfinished, tree: tree, in: &queue, adding: &changes),
                number != record.version
            {
                message = "register \(queue.model) \(number)\n"
            }
        }
        guard !changes.isEmpty else { return }
        var writer = LooseObjectWriter(repositoryAt: store.path)
        let new = try writer.write(changes: changes, to: tree, into: store.repository)
        guard new != tree else { return }
        queue.tip = try writer.write(
            Commit(tree: new, parents: [queue.tip], author: commit.author, message: message),
            into: store.repository
        )
        try writer.commit()
        tree = new
    }
}

extension Store {
    /// Enters a version that was registered offline under the number that is free; `nil` when its package is there already.
    fileprivate func register(
        _ record: VersionRecord,
        _ known: [String: ObjectID],
        _ unfinished: [String: ObjectID],
        tree: ObjectID,
        in queue: inout ModelQueue,
        adding changes: inout [(path: String, content: [UInt8]?)]
    ) throws -> VersionNumber? {
        let existing = try version(with: record.digest, in: tree)
        let number =
            try existing ?? givenNumber(of: record, among: unfinished)
            ?? freeNumber(for: record, in: tree, of: queue, known)
        if number != record.version {
            queue.renumbered.append(Renumbering(model: queue.model, from: record.version, to: number))
            let name = References.version(record.version, of: queue.model)
            if let own = try repository.reference(name) {
                queue.abandoned.append(ReferenceMove(reference: name, from: own, to: own, reason: "renumbered"))
            }
        }
        if let existing {
            try settle(record, as: existing, known, tree: tree, in: &queue, adding: &changes)
            return nil
        }
        let parent = record.parent.map { queue.number(of: $0) }
        guard let tag = try repository.reference(References.version(record.version, of: queue.model)) else {
            throw StoreError(.integrity, "\(record.title) was registered here, and its tag is gone")
        }
        changes += try entry(
            record.renumbered(number, parent: parent),
            try keptFiles(ofTag: tag, title: record.title),
            in: tree
        )
        try addTag(of: record.version, as: number, to: &queue, known)
        return number
    }

    /// Lets go of a version whose package is one at the remote already: its tag is made here where it is the same, and who has
    /// registered a package that was let go meanwhile brings it back.
    private func settle(
        _ record: VersionRecord,
        as number: VersionNumber,
        _ known: [String: ObjectID],
        tree: ObjectID,
        in queue: inout ModelQueue,
        adding changes: inout [(path: String, content: [UInt8]?)]
    ) throws {
        guard let own = try repository.reference(References.version(record.version, of: queue.model)) else { return }
        let tag = try repository.tag(own)
        var writer = LooseObjectWriter(repositoryAt: path)
        let id = try writeTag(of: number, queue.model, to: tag.target, by: tag.tagger, &writer)
        let reference = References.version(number, of: queue.model)
        let move = ReferenceMove(reference: reference, from: nil, to: id, reason: "push")
        let isRetired = try repository.entry(at: LedgerPath.retirement(number), in: tree) != nil
        if isRetired { changes.append((LedgerPath.retirement(number), nil)) }
        switch known[reference] {
        case id?: queue.arrived.append(move)
        case nil where isRetired: queue.tags.append(move)
        default: return
        }
        try writer.commit()
    }

    /// The number that an attempt to push a version gave it before it was cut short; `nil` for none.
    private func givenNumber(
        of record: VersionRecord,
        among unfinished: [String: ObjectID]
    ) throws -> VersionNumber? {
        guard !unfinished.isEmpty,
            let own = try repository.reference(References.version(record.version, of: record.model))
        else { return nil }
        let tag = try repository.tag(own)
        var writer = LooseObjectWriter(repositoryAt: path)
        let numbers = try unfinished.compactMap { name, id in
            // The same package under the same number, by the same writer, is the same tag.
            try References.version(in: name, of: record.model).flatMap { number in
                try writeTag(of: number, record.model, to: tag.target, by: tag.tagger, &writer) == id ? number : nil
            }
        }
        return numbers.min()
    }

    /// Who has retired a version offline, as an entry of another ledger where its package has another number.
    ///
    /// Whether its weights have begun to go is left to those who ask the remote before they free any.
    fileprivate func retirement(_ bytes: [UInt8], in tree: ObjectID) throws -> [(path: String, content: [UInt8]?)] {
        let record = try JSON.decode(RetirementRecord.self, from: bytes, source: "a retirement")
        guard let number = try version(with: record.digest, in: tree),
            // Who was first, has said it; its weights may be gone by now.
            try repository.entry(at: LedgerPath.retirement(number), in: tree) == nil
        else { return [] }
        return [(LedgerPath.retirement(number), try JSON.encode(record.freed(at: nil).renumbered(number)))]
    }

    /// The end of a retirement that was taken back offline; nothing where it has no counterpart.
    fileprivate func withdrawal(
        of path: String,
        in tree: ObjectID,
        _ queue: ModelQueue
    ) throws -> [(path: String, content: [UInt8]?)] {
        guard path.hasPrefix(LedgerPath.retired), let name = path.split(separator: "/").last,
            let number = VersionNumber(name.dropLast(".json".count))
        else { return [] }
        let there = LedgerPath.retirement(queue.number(of: number))
        guard let bytes = try repository.blob(at: there, in: tree) else { return [] }
        // What has gone since does not come back by that.
        let record = try JSON.decode(RetirementRecord.self, from: bytes, source: there)
        return record.freed == nil ? [(there, nil)] : []
    }

    /// The number of a version that was registered offline: its own if it is free, else the next of its kind.
    private func freeNumber(
        for record: VersionRecord,
        in tree: ObjectID,
        of queue: ModelQueue,
        _ known: [String: ObjectID]
    ) throws -> VersionNumber {
        func isTaken(_ number: VersionNumber) throws -> Bool {
            let name = References.version(number, of: queue.model)
            let isOthers = try known[name] != nil && known[name] != repository.reference(name)
            return try versionRecord(number, of: queue.model, in: tree) != nil || isOthers
                || queue.tags.contains { $0.reference == name }
        }
        guard try isTaken(record.version) else { return record.version }
        // In its own line: what it says of its signature must stay true beside a `v2.0.0` of somebody else.
        return try record.version.next(for: record.version.kindOfChange, unless: isTaken)
    }
}

extension VersionNumber {
    /// What a number says that has changed: `v2.0.0` the signature, `v1.3.0` the recipe, `v1.3.2` the data.
    ///
    /// A first version says nothing: beside another first one it is another recipe.
    var kindOfChange: Change { patch > 0 ? .data : minor > 0 || self == .first ? .recipe : .signature }
}

extension VersionRecord {
    /// The same version under another number.
    fileprivate func renumbered(_ number: VersionNumber, parent: VersionNumber?) -> VersionRecord {
        VersionRecord(
            model: model,
            version: number,
            digest: digest,
            kind: kind,
            size: size,
            time: time,
            actor: actor,
            parent: parent,
            lineage: lineage,
            metrics: metrics,
            run: run
        )
    }
}
