internal import Git
internal import ModelPackage
internal import Support

// The two moves that make a version, and what is done about a kill between them.

/// Says which tag was about to be created when its ledger had not followed yet.
///
/// Before the tag is created, a note of its name is left in the store's directory; after the ledger has followed, the
/// note is taken away. Whoever writes next and finds a note looks whether the tag is there without its line in the
/// ledger, and writes that line. After a power cut the note may be missing: `maintain` compares all tags and ledgers.
struct RegistrationNote {
    let model: String
    let number: VersionNumber

    private var name: String { "\(model)@\(number)" }
    static func folder(in store: String) -> String { "\(store)/mlops/registering" }

    func leave(in store: String) throws {
        try FileSystem.createDirectory(Self.folder(in: store))
        try AtomicFile.write("\(model) \(number)\n", to: "\(Self.folder(in: store))/\(name)", durable: false)
    }

    func remove(from store: String) throws { try FileSystem.removeFile("\(Self.folder(in: store))/\(name)") }
}

extension Tag {
    /// The tag of a version, whose package `commit` has.
    fileprivate init(of number: VersionNumber, _ model: String, to commit: ObjectID, by tagger: Identity) {
        let name = String(References.version(number, of: model).dropFirst(References.tags.count))
        self.init(name: name, target: commit, tagger: tagger, message: "\(model) \(number)\n")
    }
}

extension Store {
    /// Plans the version whose tree is `tree`: its commit, its tag, the line in its ledger.
    func planVersion(
        tree: ObjectID,
        model: String,
        actor: Actor,
        time: Timestamp,
        claiming number: VersionNumber
    ) throws -> (VersionRecord, Change) {
        var writer = LooseObjectWriter(repositoryAt: path)
        let author = Identity(name: actor.name, email: actor.email, time: time)
        guard let bytes = try repository.blob(at: "model.json", in: tree) else {
            throw StoreError(.integrity, "a version without model.json")
        }
        let manifest = try Manifest(reading: bytes, source: "\(model) \(number)")
        // The message holds no number: a version that loses a race for its number gets another tag, nothing more.
        let commit = try writer.write(
            Commit(tree: tree, parents: [], author: author, message: "\(model) \(manifest.digest)\n"),
            into: repository
        )
        let tag = try writeTag(of: number, model, to: commit, by: author, &writer)
        try writer.commit()
        let (record, entry) = try planEntry(of: number, model, tag: tag)
        var change = Change()
        change.moves.append(
            ReferenceMove(reference: References.version(number, of: model), from: nil, to: tag, reason: "register")
        )
        if let entry { change.moves.append(entry) }
        change.registering = RegistrationNote(model: model, number: number)
        return (record, change)
    }

    /// Writes the tag of a version; it is not durable yet.
    func writeTag(
        of number: VersionNumber,
        _ model: String,
        to commit: ObjectID,
        by tagger: Identity,
        _ writer: inout LooseObjectWriter
    ) throws -> ObjectID {
        try writer.write(Tag(of: number, model, to: commit, by: tagger), into: repository)
    }

    /// Writes the tag of the same package under another number, and makes it durable.
    func writeTag(of number: VersionNumber, _ model: String, like tag: ObjectID) throws -> ObjectID {
        let tag = try repository.tag(tag)
        var writer = LooseObjectWriter(repositoryAt: path)
        let id = try writeTag(of: number, model, to: tag.target, by: tag.tagger, &writer)
        try writer.commit()
        return id
    }

    /// The name of the object that ``writeTag(of:_:like:)`` would write.
    func tag(of number: VersionNumber, _ model: String, like tag: ObjectID) throws -> ObjectID? {
        let tag = try repository.tag(tag)
        return Tag(of: number, model, to: tag.target, by: tag.tagger).id
    }

    /// Finishes registrations whose writer was killed, as far as that is possible.
    ///
    /// Called under the lock by whoever writes to a model's ledger. What cannot be finished, such as a damaged version,
    /// keeps its note for `maintain`, and keeps nobody from working.
    func completeRegistrations() {
        let folder = RegistrationNote.folder(in: path)
        for note in (try? FileSystem.names(in: folder)) ?? [] {
            guard (try? complete("\(folder)/\(note)")) != nil else { continue }
            try? FileSystem.removeFile("\(folder)/\(note)")
        }
    }

    private func complete(_ note: String) throws {
        let words = String(decoding: try FileSystem.read(note), as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let number = VersionNumber(words[1]),
            let tag = try repository.reference(References.version(number, of: String(words[0]))),
            try versionElsewhere(ofTag: tag, number, of: String(words[0])) == nil
        else { return }
        try apply(Change(moves: [try planEntry(of: number, String(words[0]), tag: tag).move].compactMap { $0 }))
    }

    /// Finds every tag that its ledger does not know, and enters it; returns their names.
    func completeAllRegistrations() throws -> [String] {
        var entered: [String] = []
        for (reference, tag) in try repository.references(under: References.tags) {
            let name = reference.dropFirst(References.tags.count)
            let parts = name.split(separator: "@")
            guard parts.count == 2, let number = VersionNumber(parts[1]),
                // What somebody else has tagged so is no version.
                (try? keptFiles(ofTag: tag, title: String(name))) != nil,
                try versionElsewhere(ofTag: tag, number, of: String(parts[0])) == nil,
                let move = try planEntry(of: number, String(parts[0]), tag: tag).move
            else { continue }
            try apply(Change(moves: [move]))
            entered.append(String(name))
        }
        return entered
    }

    /// The version that the package of a tag is under another number; `nil` when it is none yet.
    ///
    /// One whose own description is damaged does not count: its package becomes a version once more.
    func versionElsewhere(ofTag tag: ObjectID, _ number: VersionNumber, of model: String) throws -> VersionRecord? {
        guard let tree = try tip(of: References.ledger(of: model))?.tree,
            try versionRecord(number, of: model, in: tree) == nil
        else { return nil }
        let title = "\(model) \(number)"
        let digest = try Manifest(reading: try keptFiles(ofTag: tag, title: title).manifest, source: title).digest
        guard let existing = try version(with: digest, of: model), (try? manifest(of: existing)) != nil else {
            return nil
        }
        return existing
    }

    /// Plans the line of a version in its ledger, from nothing but its tag; no move when the line is there.
    func planEntry(
        of number: VersionNumber,
        _ model: String,
        tag: ObjectID
    ) throws -> (record: VersionRecord, move: ReferenceMove?) {
        let branch = References.ledger(of: model)
        let tip = try tip(of: branch)
        if let tip, let record = try versionRecord(number, of: model, in: tip.tree) { return (record, nil) }
        let (record, files, tagger) = try recordFromTag(tag, number, of: model)
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(
            changes: try entry(record, files, in: tip?.tree),
            to: tip?.tree,
            into: repository
        )
        let move = try planCommit(
            tree: tree,
            on: branch,
            after: tip?.commit,
            actor: Actor(name: tagger.name, email: tagger.email),
            message: "register \(model) \(number)",
            writer: &writer
        )
        return (record, move)
    }

    /// What the ledger keeps of a version's own tree.
    struct KeptFiles {
        let manifest: [UInt8]
        let card: [UInt8]?
    }

    /// What the ledger keeps of the tree of a version whose tag is `id`.
    func keptFiles(ofTag id: ObjectID, title: String) throws -> KeptFiles {
        let tree = try repository.commit(try repository.tag(id).target).tree
        guard let manifest = try repository.blob(at: "model.json", in: tree) else {
            throw StoreError(.integrity, "\(title) has no model.json")
        }
        return KeptFiles(manifest: manifest, card: try repository.blob(at: "README.md", in: tree))
    }

    /// The files of a ledger that a new version changes.
    func entry(
        _ record: VersionRecord,
        _ files: KeptFiles,
        in tree: ObjectID?
    ) throws -> [(path: String, content: [UInt8]?)] {
        var summary =
            try tree.map { try ledgerSummary(of: record.model, in: $0) }
            ?? LedgerSummary(model: record.model, count: 0, newest: [])
        summary.count += 1
        summary.newest.insert(
            LedgerSummary.Line(
                version: record.version,
                digest: record.digest,
                time: record.time,
                metric: record.metrics?.main,
                value: record.metrics?.mainValue
            ),
            at: 0
        )
        summary.newest = Array(summary.newest.prefix(LedgerSummary.limit))
        return [
            (LedgerPath.version(record.version), try JSON.encode(record)),
            (LedgerPath.manifest(record.version), files.manifest),
            (LedgerPath.card(record.version), files.card),
            (LedgerPath.digest(record.digest), Array("\(record.version)\n".utf8)),
            (LedgerPath.summary, try JSON.encode(summary)),
            (LedgerPath.readme, Array(LedgerReadme.text(summary).utf8)),
        ]
    }

    private func recordFromTag(
        _ id: ObjectID,
        _ number: VersionNumber,
        of model: String
    ) throws -> (VersionRecord, KeptFiles, tagger: Identity) {
        let source = "\(model) \(number)"
        let tag = try repository.tag(id)
        let tree = try repository.commit(tag.target).tree
        let files = try keptFiles(ofTag: id, title: source)
        let manifest = try Manifest(reading: files.manifest, source: source)
        let metrics = try repository.blob(at: "metrics.json", in: tree).map {
            try JSON.decode(Metrics.self, from: $0, source: source)
        }
        let parent = try manifest.lineage.parent.flatMap { try version(with: $0, of: model)?.version }
        let record = VersionRecord(
            model: model,
            version: number,
            digest: manifest.digest,
            kind: manifest.kind,
            size: manifest.size,
            time: tag.tagger.time,
            actor: tag.tagger.name,
            parent: parent,
            lineage: manifest.lineage,
            metrics: metrics,
            run: metrics?.run
        )
        return (record, files, tag.tagger)
    }
}
