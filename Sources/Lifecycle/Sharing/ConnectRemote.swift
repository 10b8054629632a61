package import ModelStore
internal import Support

/// Gives a store its remote, shows it, or takes it away.
package struct ConnectRemote: Sendable {
    /// What is to be done.
    package enum Action: Sendable {
        case add(String)
        case show
        case remove
    }

    package var action: Action
    package var dryRun = false

    package init(_ action: Action) { self.action = action }

    /// The remote, and what it does not have.
    package struct Report: Encodable, Sendable {
        /// `nil` for a store without one.
        package let remote: RemoteState?
        /// Whether there is nothing at the remote yet; `nil` when nobody looked.
        package let isEmpty: Bool?
        package let models: Int
        /// Whether the remote was taken away.
        package let isRemoved: Bool
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: another remote is set (15), no repository there (10), and what the host says.
    package func run(in invocation: Invocation) async throws -> Report {
        switch action {
        case .add(let text): try await add(text, invocation)
        case .show: try await show(invocation)
        case .remove: try await remove(invocation)
        }
    }

    private func add(_ text: String, _ invocation: Invocation) async throws -> Report {
        let address = try invocation.remoteAddress(text)
        let store = try invocation.openStoreAsItIs(writing: true)
        let isKnown = store.remote?.address == address
        if dryRun { return try report(store, isEmpty: nil, changed: !isKnown) }
        try store.setRemote(address)
        // Opened anew, it knows its remote.
        let joined = try invocation.openStoreAsItIs(writing: true)
        do {
            try await joined.synchronize()
        } catch {
            if !isKnown { try? await joined.removeRemote() }
            throw error
        }
        return try report(joined, isEmpty: joined.isRemoteEmpty, changed: !isKnown)
    }

    private func show(_ invocation: Invocation) async throws -> Report {
        let store = try invocation.openStoreAsItIs()
        var problem: String?
        if store.isOurs {
            do {
                try await store.synchronize()
            } catch let failure as any Failure where failure.isOfRemote {
                problem = "\(failure)"
            }
        }
        return try report(store, isEmpty: problem == nil ? store.isRemoteEmpty : nil, changed: false, problem: problem)
    }

    private func remove(_ invocation: Invocation) async throws -> Report {
        let store = try invocation.openStoreAsItIs(writing: true)
        guard store.remote != nil else { return try report(store, isEmpty: nil, changed: false) }
        let last = try report(store, isEmpty: nil, changed: true, isRemoved: true)
        if !dryRun { try await store.removeRemote() }
        return last
    }

    private func report(
        _ store: Store,
        isEmpty: Bool?,
        changed: Bool,
        isRemoved: Bool = false,
        problem: String? = nil
    ) throws -> Report {
        Report(
            remote: try store.remoteState(problem: problem),
            isEmpty: isEmpty,
            models: try store.models().count,
            isRemoved: isRemoved,
            changed: changed && !dryRun,
            dryRun: dryRun
        )
    }
}

extension Invocation {
    /// The address that a person wrote; a path is made absolute, so that it leads there from everywhere.
    func remoteAddress(_ text: String) throws -> RemoteAddress {
        try RemoteAddress(RemoteAddress.isAddress(text) ? text : resolve(text))
    }
}
