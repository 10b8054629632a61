internal import Git
package import ModelPackage
package import Support

/// A model that is to become a version.
package struct RegistrationRequest: Sendable {
    package let model: String
    package let members: [MemberSource]
    package let kind: PackageKind
    /// The version that it was made from or is to replace; `nil` for the latest.
    package var parent: VersionNumber?
    package var signature: Digest?
    package var recipe: Digest?
    package var data: Digest?
    /// The file that the weights came from, for an import.
    package var imported: Digest?
    package var metrics: Metrics?
    /// The model card, in Markdown.
    package var card: String
    package var produced: Provenance
    package let actor: Actor

    package init(
        model: String,
        members: [MemberSource],
        kind: PackageKind,
        card: String,
        produced: Provenance,
        actor: Actor
    ) {
        self.model = model
        self.members = members
        self.kind = kind
        self.card = card
        self.produced = produced
        self.actor = actor
    }
}

/// What registering did.
package struct Registration: Sendable {
    package let record: VersionRecord
    /// False when the same package was a version already.
    package let isNew: Bool
    /// How much the store grew by, in bytes.
    package let storedBytes: Int
}

extension Store {
    /// Packs a model and makes it a version.
    ///
    /// The objects are durable before any ref moves; the tag claims the number, the ledger follows. A kill in between
    /// is put right by the next writer. The same package twice is one version; what was damaged of it meanwhile is
    /// written anew.
    package func register(
        _ request: RegistrationRequest,
        cancellation: Cancellation = Cancellation(),
        progress: (Int) -> Void = { _ in }
    ) async throws -> Registration {
        try Names.validate(request.model, as: "a model")
        try refuseTakenName(ofModel: request.model)
        let objects = try ObjectsLock.using(path)
        defer { withExtendedLifetime(objects) {} }
        let parent = try findParent(request)
        // Only a shortcut: a damaged parent must not keep anybody from registering its successor.
        let sink = PackageSink(store: self, base: parent.flatMap { try? self.manifest(of: $0) })
        let lineage = Lineage(
            parent: parent?.digest,
            signature: request.signature,
            recipe: request.recipe,
            data: request.data,
            imported: request.imported
        )
        let manifest = try PackageWriter.write(
            request.members,
            kind: request.kind,
            lineage: lineage,
            produced: request.produced,
            to: sink,
            cancellation: cancellation,
            progress: progress
        )
        let tree = try writeVersionTree(manifest, request, sink)
        // Durable before the lock, so that a large model does not keep others waiting.
        try sink.writer.commit()
        return try await change(References.ledger(of: request.model), completingRegistrations: true) { store in
            try store.refuseTakenName(ofModel: request.model)
            // A version whose own description is damaged cannot be mended: its package becomes another version.
            if let existing = try store.version(with: manifest.digest, of: request.model),
                (try? store.manifest(of: existing)) != nil
            {
                if let change = try store.planReturn(of: existing, tree: tree, actor: request.actor) {
                    return (Registration(record: existing, isNew: false, storedBytes: sink.writer.newBytes), change)
                }
                return (Registration(record: existing, isNew: false, storedBytes: sink.writer.newBytes), Change())
            }
            var (record, change) = try store.planVersion(
                tree: tree,
                model: request.model,
                actor: request.actor,
                time: store.clock.now(),
                claiming: try store.number(for: request, parent: parent)
            )
            change.bases = store.bases(of: change, model: request.model)
            change.newBytes = sink.writer.newBytes
            return (Registration(record: record, isNew: true, storedBytes: sink.writer.newBytes), change)
        }
    }

    /// The manifest of a version: that of its package, or, where the package is not here, what the ledger keeps of it.
    package func manifest(of record: VersionRecord) throws -> Manifest {
        let bytes = try naming("the description of \(record.title)") {
            if try holds(record) { return try repository.blob(at: "model.json", in: try versionTree(record)) }
            return try repository.blob(at: LedgerPath.manifest(record.version), in: try ledgerTree(of: record))
        }
        // A ledger of an older tool keeps nothing of a package: whoever needs the tree says what is missing.
        guard let bytes else { throw try noDescription(of: record) }
        let manifest = try Manifest(reading: bytes, source: record.title)
        guard manifest.digest == record.digest else {
            throw StoreError(
                .integrity,
                "the tag of \(record.title) holds \(manifest.digest.short), its ledger \(record.digest.short)",
                hints: remote == nil ? [] : ["somebody may have moved it at the remote: mlops remote check"]
            )
        }
        return manifest
    }

    private func noDescription(of record: VersionRecord) throws -> StoreError {
        _ = try versionTree(record)
        return StoreError(.integrity, "\(record.title) has no model.json")
    }

    /// A reader of the package of a version.
    package func package(of record: VersionRecord) throws -> PackageReader {
        _ = try versionCommit(record)
        return try PackageReader(try manifest(of: record), from: PackageSource(store: self))
    }

    /// The model card that a version was registered with.
    package func card(of record: VersionRecord) throws -> String {
        let bytes = try naming("the card of \(record.title)") {
            if try holds(record) { return try repository.blob(at: "README.md", in: try versionTree(record)) }
            return try repository.blob(at: LedgerPath.card(record.version), in: try ledgerTree(of: record))
        }
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    /// Lets a damaged object be known by what it is to people.
    func naming<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as GitError where error.kind == .integrity {
            throw StoreError(
                .integrity,
                "damaged: \(what) cannot be read (\(error))",
                hints: PackageError.restoring
            )
        }
    }

    /// The commit that the tag of a version points to.
    func versionCommit(_ record: VersionRecord) throws -> ObjectID {
        let name = References.version(record.version, of: record.model)
        guard let tag = try repository.reference(name) else { throw try missing(record) }
        return try repository.tag(tag).target
    }

    /// Why the package of a version is not here.
    func missing(_ record: VersionRecord) throws -> StoreError {
        let name = "\(record.model)@\(record.version)"
        if let retirement = try retirement(of: record) {
            return StoreError(
                .notFound,
                "\(record.title) was retired by \(retirement.actor) at \(retirement.time), and its weights are gone",
                hints: ["what it was made of is kept: mlops show \(name)"]
            )
        }
        guard remote == nil else {
            return StoreError(
                .notFound,
                "the package of \(record.title) is not on this machine",
                hints: ["fetch it: mlops pull \(name)"]
            )
        }
        return StoreError(
            .integrity,
            "\(record.title) is in the ledger, but its tag \(name) is gone",
            hints: ["fetch the tags from a clone: git fetch --tags"]
        )
    }

    private func versionTree(_ record: VersionRecord) throws -> ObjectID {
        try repository.commit(try versionCommit(record)).tree
    }

    private func findParent(_ request: RegistrationRequest) throws -> VersionRecord? {
        if let parent = request.parent { return try version(parent, of: request.model) }
        return try tip(of: References.ledger(of: request.model)) == nil ? nil : try latest(of: request.model)
    }

    private func writeVersionTree(
        _ manifest: Manifest,
        _ request: RegistrationRequest,
        _ sink: PackageSink
    ) throws -> ObjectID {
        let entries = try manifest.chunks.enumerated().map { index, chunk in
            guard let id = ObjectID(chunk.blob) else { throw PackageError("`\(chunk.blob)` is no name of a blob") }
            let digits = String(index)
            let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            return TreeEntry(name: "\(name).tar.zst", id: id, isTree: false)
        }
        var tree = Tree()
        tree.set(
            TreeEntry(name: "archive", id: try sink.writer.write(Tree(entries), into: repository), isTree: true)
        )
        var files: [(String, [UInt8])] = [
            ("model.json", try JSON.encode(manifest)), ("README.md", Array(request.card.utf8)),
        ]
        if let metrics = request.metrics { files.append(("metrics.json", try JSON.encode(metrics))) }
        for (name, content) in files {
            tree.set(TreeEntry(name: name, id: try sink.writer.write(content, into: repository), isTree: false))
        }
        return try sink.writer.write(tree, into: repository)
    }

    /// The number that a request may claim: the parent's, raised by what changed, or the next free one of that kind.
    private func number(for request: RegistrationRequest, parent: VersionRecord?) throws -> VersionNumber {
        let tip = try tip(of: References.ledger(of: request.model))
        // Without `--from`, whatever is latest now: another writer may have been here since packing began.
        let base = try request.parent == nil && tip != nil ? latest(of: request.model) : parent
        guard let tip, let base else { return .first }
        let change: VersionNumber.Change =
            if base.lineage.signature != request.signature {
                .signature
            } else if request.recipe == nil || base.lineage.recipe != request.recipe { .recipe } else { .data }
        return try base.version.next(for: change) { number in
            try versionRecord(number, of: request.model, in: tip.tree) != nil
                || isTaken(References.version(number, of: request.model))
        }
    }
}
