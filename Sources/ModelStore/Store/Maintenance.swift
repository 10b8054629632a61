internal import Git
internal import Support

/// What `maintain` found and did.
package struct MaintenanceReport: Sendable {
    /// Versions whose registration was cut short before their ledger knew them.
    package let completed: [String]
    /// Files of interrupted writes that were removed.
    package let removedTemporaries: Int
    package let before: StoreSize
    package let after: StoreSize
}

/// How much a store holds, by git's count.
package struct StoreSize: Sendable, Hashable {
    package let looseObjects: Int
    package let packedObjects: Int
    package let packs: Int
    package let bytes: Int
}

extension Store {
    /// How many seconds old a file must be before it counts as left behind: nobody writes one for a day.
    package static let ageOfTemporaries = 86_400

    /// Packs refs and objects, and removes what interrupted writes left behind more than a day ago.
    ///
    /// Nothing reachable is ever removed; what is unreachable stays for two weeks, for the sake of a writer that is about
    /// to make it reachable.
    package func maintain(dryRun: Bool = false) async throws -> MaintenanceReport {
        let client = GitClient(repositoryAt: path)
        let before = try await size(client)
        if dryRun {
            return MaintenanceReport(completed: [], removedTemporaries: 0, before: before, after: before)
        }
        let completed = try locked { store in
            StaleRefLock.removeAll(in: store.path, olderThan: Store.ageOfTemporaries)
            return try store.completeAllRegistrations()
        }
        let removed = try removeTemporaries()
        try await client.run(["pack-refs", "--all"])
        try await client.run(["repack", "-q", "-A", "-d", "-l", "--unpack-unreachable=2.weeks.ago"])
        try await client.run(["prune", "--expire=2.weeks.ago"])
        return MaintenanceReport(
            completed: completed,
            removedTemporaries: removed,
            before: before,
            after: try await size(client)
        )
    }

    func size(_ client: GitClient) async throws -> StoreSize {
        var numbers: [Substring: Int] = [:]
        for line in try await client.run(["count-objects", "-v"]).split(separator: "\n") {
            let parts = line.split(separator: ":")
            if parts.count == 2 { numbers[parts[0]] = Int(parts[1].drop { $0 == " " }) }
        }
        return StoreSize(
            looseObjects: numbers["count"] ?? 0,
            packedObjects: numbers["in-pack"] ?? 0,
            packs: numbers["packs"] ?? 0,
            bytes: ((numbers["size"] ?? 0) + (numbers["size-pack"] ?? 0)) * 1024
        )
    }

    private func removeTemporaries() throws -> Int {
        let limit = Int(clock.now().seconds) - Store.ageOfTemporaries
        let ofGit = try FileSystem.removeTemporaries(
            in: ["objects", "objects/pack"].map { "\(path)/\($0)" },
            withPrefix: "tmp_",
            olderThan: limit
        )
        // A killed `git repack` leaves a whole pack under such a name.
        let packs = try FileSystem.removeTemporaries(
            in: ["\(path)/objects/pack"],
            withPrefix: ".tmp-",
            olderThan: limit
        )
        let ours = try FileSystem.removeTemporaries(
            in: ["mlops", "mlops/registering", "mlops/index", "info"].map { "\(path)/\($0)" },
            withPrefix: ".tmp-",
            olderThan: limit
        )
        return ofGit + packs + ours
    }
}
