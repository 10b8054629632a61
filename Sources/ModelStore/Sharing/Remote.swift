internal import Git
internal import Support

/// The shared repository of a store, which several machines write to.
///
/// A store has one, called `origin` as git calls the place that a clone comes from: its refs decide who was first.
package struct Remote: Hashable, Sendable {
    package static let name = "origin"
    package let address: RemoteAddress

    package init(_ address: RemoteAddress) { self.address = address }

    /// The remote that a repository was set up with by us; `nil` when it has none.
    ///
    /// What plain git has cloned knows an origin as well: it is a copy, and a store of its own.
    init?(of repository: borrowing Repository) throws {
        guard try repository.setting("mlops.remote") == Remote.name,
            let text = try repository.setting("remote.\(Remote.name).url")
        else { return nil }
        address = try RemoteAddress(text)
    }

    /// The branches of a store; plain, so that nothing that is known is overwritten, and without tags, which hold the weights.
    ///
    /// What else stands in the repository is none of ours: it may be large, and its names may be in the way of each other.
    static let refspecs = ["mlops*", "models/*", "environments/*", "policies/*", "followers/*"].map {
        "refs/heads/\($0):refs/remotes/\(name)/\($0)"
    }
}

extension Store {
    /// Makes `address` the remote of this store.
    ///
    /// Throws ``StoreError`` (15) when it has another one.
    package func setRemote(_ address: RemoteAddress) throws {
        if let place = address.localPath.flatMap({ FileSystem.identity(of: $0) }),
            place == FileSystem.identity(of: path)
        {
            throw StoreError(
                .refused,
                "`\(address)` is this store itself",
                hints: ["a shared one is another repository: git init --bare PATH"]
            )
        }
        if let remote, remote.address != address {
            throw StoreError(
                .refused,
                "the store has a remote already: \(remote.address)",
                hints: ["take it away first: mlops remote remove"]
            )
        }
        try locked { store in
            try store.repository.configure([
                ("remote.\(Remote.name).url", address.description),
                ("remote.\(Remote.name).fetch", "refs/heads/*:refs/remotes/\(Remote.name)/*"),
                ("remote.\(Remote.name).tagOpt", "--no-tags"),
                ("mlops.remote", Remote.name),
            ])
        }
    }

    /// Forgets the remote; what came from there stays.
    package func removeRemote() async throws {
        let client = GitClient(repositoryAt: path)
        try await client.run(["config", "--unset-all", "mlops.remote"])
        try await client.run(["remote", "remove", Remote.name])
        try? FileSystem.remove("\(path)/\(RemoteMemory.folder)")
    }

    /// The git program, as it talks to the remote.
    var client: GitClient {
        GitClient(repositoryAt: path, mayPrompt: connection.mayPrompt, cancellation: connection.cancellation)
    }
}
