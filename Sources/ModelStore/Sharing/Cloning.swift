internal import Git
package import Support

extension Store {
    /// Makes a clone of the store at `address`: its ledgers, and no weights yet.
    ///
    /// Where a `founder` is named, an empty repository becomes a store. Made aside and renamed: a clone is there whole or not at
    /// all. Throws ``StoreError`` when there is something at `path` (15) or no store at `address` (10), and ``RemoteError``.
    package static func clone(
        from address: RemoteAddress,
        to path: String,
        connection: Connection,
        founder: Actor? = nil,
        clock: Clock = .system
    ) async throws -> Store {
        guard !FileSystem.exists(path) || (try? FileSystem.names(in: path)) == [] else {
            throw StoreError(
                .refused,
                "there is something at `\(path)` already",
                hints: ["name another place, or look at what is there: mlops status --store \(path)"]
            )
        }
        let parent = Path.parent(path)
        let isParentNew = !FileSystem.exists(parent)
        try FileSystem.createDirectory(parent)
        // What killed attempts have left.
        _ = try? FileSystem.removeTemporaries(
            in: [parent],
            withPrefix: ".tmp-\(Path.name(path))-",
            olderThan: Int(clock.now().seconds) - ageOfTemporaries
        )
        let aside = try FileSystem.createTemporaryDirectory(withPrefix: "\(parent)/.tmp-\(Path.name(path))-")
        do {
            let repository = try StoreSettings.newRepository(at: aside)
            try Store(repository, clock: clock, verb: "clone").setRemote(address)
            let store = try Store(
                try Repository(openingAt: aside),
                clock: clock,
                verb: "clone",
                connection: connection
            )
            try await store.synchronize()
            if let founder, let remote = store.remote, try await store.list(["refs/*"], at: remote).isEmpty {
                try store.found(by: founder)
                _ = try await store.push()
            }
            guard try store.repository.reference(References.format) != nil else {
                throw StoreError(
                    .storeMissing,
                    "there is a repository at \(address), but no model store in it",
                    hints: [
                        "put one there, from a store of yours: mlops remote add \(address) && mlops push",
                        "or make a new one in an empty repository: mlops init --store \(address.asURL)",
                    ]
                )
            }
            try FileSystem.rename(aside, to: path)
        } catch {
            try? FileSystem.remove(aside)
            if isParentNew { try? FileSystem.removeEmptyDirectory(parent) }
            throw error
        }
        try FileSystem.syncDirectory(parent)
        return try Store.open(at: path, writing: true, verb: "clone", clock: clock, connection: connection)
    }
}
