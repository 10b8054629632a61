internal import Git
internal import Support

/// What git is asked of a remote: its name, credentials and patience are the same each time.
extension Store {
    /// The refs of a remote whose names match one of `patterns`, such as `refs/tags/*`.
    func list(_ patterns: [String], at remote: Remote) async throws -> [String: ObjectID] {
        try await client.listReferences(
            of: Remote.name,
            at: remote.address.description,
            matching: patterns,
            settings: connection.credentials(for: remote.address),
            timeLimit: Connection.patience
        )
    }

    /// The tags of a remote, each with its object and the commit that it leads to.
    func listTags(at remote: Remote) async throws -> [String: (id: ObjectID, commit: ObjectID)] {
        try await client.listTags(
            of: Remote.name,
            at: remote.address.description,
            settings: connection.credentials(for: remote.address),
            timeLimit: Connection.patience
        )
    }

    /// Fetches refs; meanwhile nobody frees the objects that they are about to name.
    func fetch(
        _ specifications: [String],
        from remote: Remote,
        bases: [ObjectID] = [],
        anew: Bool = false,
        timeLimit: Double = .infinity
    ) async throws -> FetchReport {
        let objects = try ObjectsLock.using(path)
        defer { withExtendedLifetime(objects) {} }
        return try await client.fetch(
            specifications,
            from: Remote.name,
            at: remote.address.description,
            bases: bases,
            anew: anew,
            settings: connection.credentials(for: remote.address),
            timeLimit: timeLimit,
            onProgress: connection.hear
        )
    }

    /// Pushes refs, and says what became of each; nothing is forced.
    func push(
        _ references: [PushedReference],
        to remote: Remote,
        atomic: Bool = false,
        bases: [ObjectID: [ObjectID]] = [:],
        timeLimit: Double = .infinity
    ) async throws -> [String: PushResult] {
        try await client.push(
            references,
            to: Remote.name,
            at: remote.address.description,
            atomic: atomic,
            bases: bases,
            settings: connection.credentials(for: remote.address),
            timeLimit: timeLimit,
            onProgress: connection.hear
        )
    }
}
