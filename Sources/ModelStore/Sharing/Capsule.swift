internal import Git
internal import ModelPackage
internal import Support

/// Versions in one file, for networks without a line between them: a git bundle, which plain git reads.
///
/// It holds the tags of the versions with all that hangs on them, the ledgers of their models, and the page of the store.
extension Store {
    /// Writes a bundle with some versions to `file`, which must not exist; gives its size in bytes.
    ///
    /// Throws ``StoreError`` when there is something at `file` (15).
    package func writeBundle(of records: [VersionRecord], to file: String) async throws -> Int {
        guard !FileSystem.exists(file) else {
            throw StoreError(
                .refused,
                "there is something at `\(file)` already",
                hints: ["name another file: --to FILE"]
            )
        }
        let names =
            [References.format] + Set(records.map { References.ledger(of: $0.model) }).sorted()
            + records.map { References.version($0.version, of: $0.model) }
        let aside = "\(Path.parent(file))/.tmp-\(Path.name(file))-\(UInt64.random(in: 0...UInt64.max))"
        do {
            // With a head, `git clone` checks the page of the store out.
            try await client.run(["bundle", "create", "--quiet", aside, "HEAD"] + names)
            try FileSystem.rename(aside, to: file)
        } catch {
            try? FileSystem.removeFile(aside)
            throw error
        }
        return try File(reading: file).size()
    }

    /// What came out of a bundle.
    package struct Applied: Sendable {
        /// Versions that are new here, with the number that they had in the bundle.
        package var added: [(record: VersionRecord, number: VersionNumber)] = []
        /// Versions that were here already, whole.
        package var known: [VersionRecord] = []
        package var checks = 0
    }

    /// Makes the versions of a bundle versions of this store, with their checks.
    ///
    /// They keep their numbers where these are free. Every package is read to its last byte before any ref moves; a dry run ends
    /// there. Throws ``StoreError`` (12) for what is no bundle of a store, or holds damaged packages.
    package func applyBundle(_ file: String, actor: Actor, dryRun: Bool = false) async throws -> Applied {
        let capsule = try await openBundle(file)
        defer { try? FileSystem.remove(capsule.path) }
        var applied = Applied()
        for model in try capsule.store.models() {
            guard (try? Names.validate(model, as: "a model")) != nil else {
                throw StoreError(.integrity, "`\(file)` has a branch of a model with a name that none may have")
            }
            // The numbers that versions before would get.
            var promised: Set<VersionNumber> = []
            for line in try capsule.store.versions(of: model).reversed() {
                let record = try capsule.store.version(line.version, of: model)
                guard try capsule.store.holds(record) else { continue }
                try capsule.store.package(of: record).verify(cancellation: connection.cancellation)
                let existing = try? version(with: record.digest, of: model)
                let isNew = existing == nil
                let own: VersionRecord
                if dryRun {
                    own = try existing ?? record.renumbered(freeNumber(for: record, beside: promised), parent: nil)
                    promised.insert(own.version)
                } else {
                    own = try await enter(record, from: capsule.store)
                }
                if isNew { applied.added.append((own, record.version)) } else { applied.known.append(own) }
                for check in try capsule.store.checks(of: record.digest, model: model)
                where ((try? checks(of: record.digest, model: model)) ?? []).contains(check) == false {
                    if !dryRun { try await self.record(check, model: model, actor: actor) }
                    applied.checks += 1
                }
            }
        }
        return applied
    }
}

extension Store {
    /// A bundle, unpacked into a repository aside that the caller removes.
    private func openBundle(_ file: String) async throws -> (path: String, store: Store) {
        try FileSystem.createDirectory("\(path)/mlops")
        let aside = try FileSystem.createTemporaryDirectory(withPrefix: "\(path)/mlops/.tmp-bundle-")
        do {
            _ = try StoreSettings.newRepository(at: aside)
            let unpacking = GitClient(repositoryAt: aside, cancellation: connection.cancellation)
            try await unpacking.run(["fetch", "--quiet", "--no-write-fetch-head", file, "refs/*:refs/*"])
            return (aside, try Store.open(at: aside, writing: false, verb: verb, clock: clock))
        } catch {
            try? FileSystem.remove(aside)
            guard error is GitClientError || (error as? StoreError)?.kind == .storeMissing else { throw error }
            throw StoreError(
                .integrity,
                "`\(file)` is no bundle of a model store: \(error)",
                hints: [
                    "one is made by: mlops bundle create MODEL@VERSION --to FILE; git's own opinion: git bundle verify FILE"
                ]
            )
        }
    }

    /// Makes a version of another store one of this, under its own number if that is free; what is here already stays as it is.
    private func enter(_ record: VersionRecord, from other: Store) async throws -> VersionRecord {
        let reference = References.version(record.version, of: record.model)
        guard let tag = try other.repository.reference(reference) else {
            throw StoreError(.integrity, "\(record.title) has lost its tag")
        }
        let objects = try ObjectsLock.using(path)
        defer { withExtendedLifetime(objects) {} }
        try await client.run(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", other.path, reference])
        return try await change(References.ledger(of: record.model), completingRegistrations: true) { store in
            try store.refuseTakenName(ofModel: record.model)
            if let existing = try store.version(with: record.digest, of: record.model) {
                let tree = try store.repository.commit(try store.repository.tag(tag).target).tree
                return (
                    existing,
                    try store.planReturn(of: existing, tree: tree, actor: Actor(name: record.actor, email: ""))
                        ?? Change()
                )
            }
            let number = try store.freeNumber(for: record)
            var id = tag
            if number != record.version {
                id = try store.writeTag(of: number, record.model, like: tag)
            }
            let (own, entry) = try store.planEntry(of: number, record.model, tag: id)
            let name = References.version(number, of: record.model)
            var change = Change(moves: [ReferenceMove(reference: name, from: nil, to: id, reason: "bundle")])
            if let entry { change.moves.append(entry) }
            change.registering = RegistrationNote(model: record.model, number: number)
            change.bases = store.bases(of: change, model: record.model)
            return (own, change)
        }
    }

    /// The number under which a version of another store can be entered.
    private func freeNumber(
        for record: VersionRecord,
        beside promised: Set<VersionNumber> = []
    ) throws -> VersionNumber {
        guard let tip = try tip(of: References.ledger(of: record.model)) else { return record.version }
        return try record.version.firstFree { number in
            try promised.contains(number) || has(number, in: tip.tree)
                || isTaken(References.version(number, of: record.model))
        }
    }
}
