internal import Git
internal import Support

/// A tag of the remote that its ledger does not name: its writer was killed in between, on a machine that may never come back.
private struct OrphanedTag {
    let model: String
    let number: VersionNumber
    let id: ObjectID

    var reference: String { References.version(number, of: model) }
    var name: String { "\(model)@\(number)" }
}

extension Store {
    /// Completes registrations whose writer was killed between its tag and its ledger, and takes away what was parked on the way.
    ///
    /// A tag that its ledger does not name is fetched and entered, as its writer would have done; one whose package is a version
    /// already, under the number that a later attempt has given it, is taken away. Returns the names of both. Throws ``RemoteError``.
    package func completeRemoteRegistrations() async throws -> (completed: [String], removed: [String]) {
        guard let remote, !connection.isOffline else { return ([], []) }
        let tags = try await list(["\(References.tags)*"], at: remote)
        await releaseAbandoned(among: tags, at: remote)
        let orphans = try await fetchOrphans(among: tags, from: remote)
        var completed: [String] = []
        var superfluous: [OrphanedTag] = []
        for orphan in orphans {
            if let existing = try versionElsewhere(ofTag: orphan.id, orphan.number, of: orphan.model) {
                if try await isSafe(existing, among: tags) { superfluous.append(orphan) }
                continue
            }
            try await change(References.ledger(of: orphan.model)) { store in
                let move = try store.planEntry(of: orphan.number, orphan.model, tag: orphan.id).move
                return ((), Change(moves: [move].compactMap { $0 }))
            }
            completed.append(orphan.name)
        }
        return (completed, try await takeAway(superfluous, at: remote))
    }

    /// The tags that no ledger names, fetched in one go; those that cannot be had or lead to no package are left out.
    private func fetchOrphans(among tags: [String: ObjectID], from remote: Remote) async throws -> [OrphanedTag] {
        let orphans = try tags.sorted { $0.key < $1.key }.compactMap { reference, id -> OrphanedTag? in
            let parts = Self.shown(reference).split(separator: "@").map(String.init)
            guard parts.count == 2, let number = VersionNumber(parts[1]),
                let ledger = Ledger(reference: References.ledger(of: parts[0])),
                try published(number, of: parts[0]) == nil,
                // What was registered here meanwhile has numbers of its own: a push brings both together.
                try repository.reference(ledger.reference)
                    == repository.reference(References.tracking(ledger.reference))
            else { return nil }
            return OrphanedTag(model: parts[0], number: number, id: id)
        }
        let missing = try orphans.filter { try repository.reference($0.reference) == nil }
        let specifications = missing.map { "\($0.reference):\($0.reference)" }
        if !missing.isEmpty, (try? await fetch(specifications, from: remote)) == nil {
            // One that cannot be had is in the way of no other.
            for specification in specifications { _ = try? await fetch([specification], from: remote) }
        }
        return try orphans.filter { orphan in
            try repository.reference(orphan.reference) == orphan.id
                && (try? keptFiles(ofTag: orphan.id, title: orphan.name)) != nil
        }
    }

    /// Whether the package of a version is here and at the remote, under the version's own tag.
    private func isSafe(_ record: VersionRecord, among tags: [String: ObjectID]) async throws -> Bool {
        try await obtain(record)
        let tag = References.version(record.version, of: record.model)
        return try holdsWhole(record) && tags[tag] == repository.reference(tag)
    }

    /// Deletes tags there and here, if they have not been moved; gives the names of those that are gone.
    private func takeAway(_ orphans: [OrphanedTag], at remote: Remote) async throws -> [String] {
        guard !orphans.isEmpty else { return [] }
        let deletions = orphans.map { PushedReference(deleting: $0.reference, expecting: $0.id) }
        let results = try await push(deletions, to: remote)
        let gone = orphans.filter { results[$0.reference] == .accepted }
        var transaction = ReferenceTransaction()
        for orphan in gone { transaction.delete(orphan.reference, at: orphan.id) }
        try await commit(transaction, reason: "a version elsewhere")
        return gone.map(\.name)
    }
}
