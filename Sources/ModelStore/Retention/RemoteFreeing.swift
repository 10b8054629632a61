internal import Git

extension Store {
    /// Deletes the tags of versions at the remote, and GTO's tags that lead to them; gives why tags of versions stayed.
    func delete(
        _ records: [VersionRecord],
        at remote: Remote,
        _ there: [String: (id: ObjectID, commit: ObjectID)]
    ) async throws -> [String: String] {
        let tags = records.map(\.tag).filter { there[$0] != nil }
        let commits = Set(tags.compactMap { there[$0]?.commit })
        let names = there.filter { $0.key.contains("#") && commits.contains($0.value.commit) }.map(\.key)
        return try await delete(tags + names.sorted(), at: remote, there)
    }

    /// Deletes GTO's tags of freed versions that a clone has brought back when the version's own tag was gone.
    func deleteOrphans(
        at remote: Remote,
        among there: [String: (id: ObjectID, commit: ObjectID)]
    ) async throws {
        let living = Set(there.filter { !$0.key.contains("#") }.map(\.value.commit))
        let orphans = there.filter { $0.key.contains("#") && !living.contains($0.value.commit) }.map(\.key)
        guard !orphans.isEmpty else { return }
        let ours = try assignments(of: freedVersions())
        _ = try await delete(orphans.filter(ours.contains).sorted(), at: remote, there)
    }

    /// Deletes tags that have not been moved, and says why others stay.
    private func delete(
        _ all: [String],
        at remote: Remote,
        _ there: [String: (id: ObjectID, commit: ObjectID)]
    ) async throws -> [String: String] {
        var kept: [String: String] = [:]
        for start in stride(from: 0, to: all.count, by: 200) {
            let part = all[start..<min(start + 200, all.count)]
            let deletions = part.compactMap { name in
                there[name].map { PushedReference(deleting: name, expecting: $0.id) }
            }
            let results = try await push(deletions, to: remote)
            for name in part {
                switch results[name] {
                case .refused(let reason)?: kept[name] = reason
                case .stale?, .dragged?: kept[name] = "it was moved meanwhile"
                case .accepted?, nil: continue
                }
            }
        }
        return kept
    }

    /// The names of GTO's tags of some versions, as the ledgers of the environments tell them.
    private func assignments(of records: [VersionRecord]) throws -> Set<String> {
        var names: Set<String> = []
        for (model, records) in Dictionary(grouping: records, by: \.model) {
            let digests = Set(records.map(\.digest))
            for environment in try environments() {
                for deployment in (try? history(of: environment, model: model, limit: .max)) ?? []
                where deployment.serving.map({ digests.contains($0.digest) }) == true {
                    names.insert(References.assignment(deployment.revision, of: model, in: environment))
                }
            }
        }
        return names
    }
}
