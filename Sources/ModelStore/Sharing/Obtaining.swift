internal import Git
internal import ModelPackage
internal import Support

/// Versions whose packages are fetched when somebody needs them: a clone begins with the ledgers alone.
extension Store {
    /// Whether the package of a version is on this machine.
    package func holds(_ record: VersionRecord) throws -> Bool {
        guard try repository.reference(References.version(record.version, of: record.model)) != nil else {
            return false
        }
        // The tag may be that of a package that was registered offline under the same number.
        let own = try (try? ledgerTree(of: record.model)).flatMap {
            try versionRecord(record.version, of: record.model, in: $0)
        }
        return own == nil || own?.digest == record.digest
    }

    /// Whether the package of a version is on this machine with all its objects, whose bytes are not read: a fault of the disk may
    /// have taken some.
    package func holdsWhole(_ record: VersionRecord) throws -> Bool {
        guard try holds(record), let manifest = try? manifest(of: record) else { return false }
        return manifest.chunks.allSatisfy { chunk in ObjectID(chunk.blob).map { repository.contains($0) } ?? false }
    }

    /// Fetches the package of a version, unless it is here and whole; says whether it was here, and something of it gone.
    ///
    /// Throws ``StoreError`` (12) when the remote has lost it, and ``RemoteError``. Without a remote there is nothing to fetch: whoever
    /// reads the package says what is wrong. A dry run only says what speaks against it here.
    @discardableResult package func obtain(_ record: VersionRecord, dryRun: Bool = false) async throws -> Bool {
        guard let remote, try !holdsWhole(record) else { return false }
        let wasHere = try holds(record)
        // Offline, whoever reads it says what is gone.
        if connection.isOffline && wasHere { return false }
        if let retirement = try retirement(of: record), retirement.freesAfter <= clock.now() {
            // It may be there still: nobody has cleared up since.
            if dryRun {
                if retirement.freed != nil { throw try missing(record) }
                return wasHere
            }
            do {
                try await obtain([record], from: remote)
                return wasHere
            } catch let error as StoreError where error.kind == .integrity { throw try missing(record) }
        }
        if connection.isOffline {
            throw StoreError(
                .notFound,
                "the package of \(record.title) is not on this machine, and the remote may not be asked (--offline)",
                hints: ["fetch it while the remote can be reached: mlops pull \(record.model)@\(record.version)"]
            )
        }
        if !dryRun { try await obtain([record], from: remote) }
        return wasHere
    }

    /// Fetches the packages of several versions of one model in one go; those that are here are not asked for, and those of which
    /// something is gone come anew.
    package func obtain(_ records: [VersionRecord], from remote: Remote) async throws {
        try await fetch(try records.filter { try !holds($0) }, from: remote, anew: false)
        // A version that shares pieces with a torn one is torn by now as well.
        try await fetch(try records.filter { try !holdsWhole($0) }, from: remote, anew: true)
    }

    private func fetch(_ records: [VersionRecord], from remote: Remote, anew: Bool) async throws {
        guard let first = records.first else { return }
        let tags = records.map { References.version($0.version, of: $0.model) }
        do {
            let bases = anew ? [] : localVersionCommits(of: first.model)
            let specifications = try records.map { try specification(for: $0) }
            _ = try await fetch(specifications, from: remote, bases: bases, anew: anew)
        } catch let error as RemoteError where error.message.contains("couldn't find remote ref") {
            let lost = zip(tags, records).first { error.message.contains($0.0) }?.1 ?? first
            if try retirement(of: lost) != nil { throw try missing(lost) }
            throw StoreError(
                .integrity,
                "the remote \(remote.address) has no tag for \(lost.title), which its ledger names",
                hints: [
                    "who has the version, can give it back: mlops push (in a store that `mlops verify \(lost.model)@\(lost.version)` finds whole)"
                ]
            )
        }
        for record in records {
            // What came must be what the ledger says, before anybody uses it.
            _ = try manifest(of: record)
        }
    }

    /// How the tag of a version is fetched.
    ///
    /// One that was moved there, and has brought another package, is replaced. Throws ``StoreError`` (13) where the number is that of a
    /// package that was registered here offline.
    private func specification(for record: VersionRecord) throws -> String {
        let tag = References.version(record.version, of: record.model)
        guard try repository.reference(tag) != nil else { return "\(tag):\(tag)" }
        guard try holds(record) else {
            throw StoreError(
                .conflict,
                "\(record.title) of the remote cannot come here: another package was registered offline under that number",
                hints: ["push first, which gives it a number that is free: mlops push"]
            )
        }
        return (try? manifest(of: record)) == nil ? "+\(tag):\(tag)" : "\(tag):\(tag)"
    }
}
