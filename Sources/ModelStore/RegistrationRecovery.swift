internal import Git
internal import ModelPackage
internal import Support

/// The two moves that make a version, and what is done about a kill between them.
///
/// Before the tag is created, a note of its name is left in the store's directory; after the ledger has followed, the
/// note is taken away. Whoever writes next and finds a note looks whether the tag is there without its line in the
/// ledger, and writes that line. After a power cut the note may be missing: `maintain` compares all tags and ledgers.
extension Store {
    private var notes: String { "\(path)/mlops/registering" }

    /// Makes the version whose tree is `tree`: commit, tag, ledger.
    func publish(
        tree: ObjectID,
        model: String,
        actor: Actor,
        time: Timestamp,
        claiming number: VersionNumber
    ) throws -> VersionRecord {
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
        let reference = References.version(number, of: model)
        let name = String(reference.dropFirst(References.tags.count))
        let tag = try writer.write(
            Tag(name: name, target: commit, tagger: author, message: "\(model) \(number)\n"),
            into: repository
        )
        try writer.commit()
        try FileSystem.createDirectory(notes)
        try AtomicFile.write("\(model) \(number)\n", to: "\(notes)/\(name)", durable: false)
        try repository.moveReferencePastStaleLocks(reference, from: nil, to: tag, reason: "register")
        let record = try enterIntoLedger(number, of: model)
        try FileSystem.removeFile("\(notes)/\(name)")
        return record
    }

    /// Finishes registrations whose writer was killed, as far as that is possible.
    ///
    /// Called under the lock by whoever writes to a model's ledger. What cannot be finished, such as a damaged version,
    /// keeps its note for `maintain`, and keeps nobody from working.
    func completeRegistrations() {
        for note in (try? FileSystem.names(in: notes)) ?? [] {
            guard (try? complete(note)) != nil else { continue }
            try? FileSystem.removeFile("\(notes)/\(note)")
        }
    }

    private func complete(_ note: String) throws {
        let words = String(decoding: try FileSystem.read("\(notes)/\(note)"), as: UTF8.self).split {
            $0 == " " || $0 == "\n"
        }
        guard words.count == 2, let number = VersionNumber(words[1]),
            try repository.reference(References.version(number, of: String(words[0]))) != nil
        else { return }
        _ = try enterIntoLedger(number, of: String(words[0]))
    }

    /// Finds every tag that its ledger does not know, and enters it; returns their names.
    func completeAllRegistrations() throws -> [String] {
        var entered: [String] = []
        for (reference, _) in try repository.references(under: References.tags) {
            let name = reference.dropFirst(References.tags.count)
            let parts = name.split(separator: "@")
            guard parts.count == 2, let number = VersionNumber(parts[1]) else { continue }
            let model = String(parts[0])
            let tip = try tip(of: References.ledger(of: model))
            if let tip, try versionRecord(number, of: model, in: tip.tree) != nil { continue }
            _ = try enterIntoLedger(number, of: model)
            entered.append(String(name))
        }
        return entered
    }

    /// Writes the line of a version into its ledger, from nothing but its tag; does nothing when the line is there.
    private func enterIntoLedger(_ number: VersionNumber, of model: String) throws -> VersionRecord {
        let branch = References.ledger(of: model)
        let tip = try tip(of: branch)
        if let tip, let record = try versionRecord(number, of: model, in: tip.tree) { return record }
        let record = try recordFromTag(number, of: model)
        var summary =
            try tip.map { try ledgerSummary(of: model, in: $0.tree) }
            ?? LedgerSummary(model: model, count: 0, newest: [])
        summary.count += 1
        summary.newest.insert(
            LedgerSummary.Line(
                version: number,
                digest: record.digest,
                time: record.time,
                metric: record.metrics?.main,
                value: record.metrics?.mainValue
            ),
            at: 0
        )
        summary.newest = Array(summary.newest.prefix(LedgerSummary.limit))
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(
            changes: [
                (LedgerPath.version(number), try JSON.encode(record)),
                (LedgerPath.digest(record.digest), Array("\(number)\n".utf8)),
                (LedgerPath.summary, try JSON.encode(summary)),
                (LedgerPath.readme, Array(LedgerReadme.text(summary).utf8)),
            ],
            to: tip?.tree,
            into: repository
        )
        let tagger = try tagger(of: number, model)
        try commit(
            tree: tree,
            to: branch,
            from: tip?.commit,
            actor: Actor(name: tagger.name, email: tagger.email),
            message: "register \(model) \(number)",
            writer: &writer
        )
        return record
    }

    private func tagger(of number: VersionNumber, _ model: String) throws -> Identity {
        guard let id = try repository.reference(References.version(number, of: model)) else {
            throw StoreError(.integrity, "the tag \(model)@\(number) is gone")
        }
        return try repository.tag(id).tagger
    }

    private func recordFromTag(_ number: VersionNumber, of model: String) throws -> VersionRecord {
        let source = "\(model) \(number)"
        guard let id = try repository.reference(References.version(number, of: model)) else {
            throw StoreError(.integrity, "the tag \(model)@\(number) is gone")
        }
        let tag = try repository.tag(id)
        let tree = try repository.commit(tag.target).tree
        guard let bytes = try repository.blob(at: "model.json", in: tree) else {
            throw StoreError(.integrity, "\(source) has no model.json")
        }
        let manifest = try Manifest(reading: bytes, source: source)
        let metrics = try repository.blob(at: "metrics.json", in: tree).map {
            try JSON.decode(Metrics.self, from: $0, source: source)
        }
        let parent = try manifest.lineage.parent.flatMap { try version(with: $0, of: model)?.version }
        return VersionRecord(
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
    }
}
