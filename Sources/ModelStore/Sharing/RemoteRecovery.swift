internal import Git
internal import Support

extension Store {
    /// Completes registrations whose writer was killed between its tag and its ledger, on a machine that may never come back, and
    /// takes away what was parked on the way.
    ///
    /// A tag of the remote that its ledger does not name is fetched and entered, as its writer would have done; one whose package is a
    /// version already, under the number that a later attempt has given it, is taken away. Returns the names of both.
    package func completeRemoteRegistrations() async throws -> (completed: [String], removed: [String]) {
        guard let remote, !connection.isOffline else { return ([], []) }
        let tags = try await list(["\(References.tags)*"], at: remote)
        await releaseAbandoned(among: tags, at: remote)
        var (completed, removed): ([String], [String]) = ([], [])
        for reference in tags.keys.sorted() {
            let name = Self.shown(reference)
            let parts = name.split(separator: "@").map(String.init)
            guard parts.count == 2, let number = VersionNumber(parts[1]),
                (try? Names.validate(parts[0], as: "a model")) != nil,
                try published(number, of: parts[0]) == nil,
                // What was registered here meanwhile has numbers of its own: a push brings both together.
                try repository.reference(References.ledger(of: parts[0]))
                    == repository.reference(References.tracking(References.ledger(of: parts[0])))
            else { continue }
            if try repository.reference(reference) == nil {
                _ = try await fetch(["\(reference):\(reference)"], from: remote)
            }
            guard let tag = try repository.reference(reference), tags[reference] == tag,
                (try? keptFiles(ofTag: tag, title: name)) != nil
            else { continue }
            if let existing = try versionElsewhere(ofTag: tag, number, of: parts[0]) {
                // Its package must stay under the other name, here and there.
                try await obtain(existing)
                let other = References.version(existing.version, of: parts[0])
                guard try holdsWhole(existing), tags[other] == (try repository.reference(other)) else { continue }
                let results = try await push([PushedReference(deleting: reference, expecting: tag)], to: remote)
                guard results[reference] == .accepted else { continue }
                try await client.run(["update-ref", "-d", reference, "\(tag)"])
                removed.append(name)
                continue
            }
            try await change(References.ledger(of: parts[0])) { store in
                let move = try store.planEntry(of: number, parts[0], tag: tag).move
                return ((), Change(moves: [move].compactMap { $0 }))
            }
            completed.append(name)
        }
        return (completed, removed)
    }
}
