package import ModelStore
internal import Support
internal import Synchronization

/// How a verb gets its store: from its place, or as a clone of a shared one, which is looked at first.
extension Invocation {
    /// Opens the store for reading, as new as the remote has it.
    ///
    /// A remote that cannot be seen is a warning: what is known here is shown, and says how old it is. What waits since the line was
    /// cut is told to it now, unless this is a dry run.
    func openStore(dryRun: Bool = false) async throws -> Store {
        let (store, problem) = try await openStoreTolerantly(dryRun: dryRun)
        if let problem {
            let time = store.lastContact.map { "what is shown is from \($0)" } ?? "it was never seen from here"
            progress.warn("\(problem); \(time)")
        }
        return store
    }

    /// Opens the store for reading, with what keeps the remote from being seen.
    func openStoreTolerantly(dryRun: Bool = false) async throws -> (Store, problem: String?) {
        let store = try await open(writing: false)
        guard store.isOurs else { return (store, nil) }
        do {
            try await look.once { try await store.synchronize(replaying: !dryRun) }
        } catch let failure as any Failure where failure.isOfRemote {
            return (store, "\(failure)")
        }
        return (store, nil)
    }

    /// Opens the store for writing, as new as the remote has it.
    ///
    /// What waits since the line was cut is told to the remote now, unless this is a dry run.
    func openStoreForWriting(dryRun: Bool = false) async throws -> Store {
        let store = try await open(writing: true)
        try await look.once { try await store.synchronize(replaying: !dryRun) }
        if let remote = store.remote, isOffline {
            progress.warn("offline: nobody else sees this before `mlops push` has brought it to \(remote.address)")
        }
        return store
    }

    /// Opens the store as it lies here, whatever the remote has; throws where there is no clone yet.
    func openStoreAsItIs(writing: Bool = false) throws -> Store {
        let location = try locateStore()
        look.noteOpening()
        return try Store.open(at: location.path, writing: writing, verb: verb, clock: clock, connection: connection)
    }

    /// Puts the clone together that a verb has worked with, if that is due: last, when what a person waits for is said.
    package func leaveStoreTidy() async {
        guard look.wasOpened, cancellation.requestedSignal == nil, let store = try? openStoreAsItIs() else { return }
        await store.tidy()
    }

    private func open(writing: Bool) async throws -> Store {
        try await clone(try locateStore())
        return try openStoreAsItIs(writing: writing)
    }

    /// Makes the clone of a shared store where it is kept on this machine, unless it is there.
    ///
    /// Where a `founder` is named, an empty repository becomes a store.
    func clone(_ location: StoreLocation, founder: Actor? = nil) async throws {
        if let address = location.address, !FileSystem.exists(location.path) {
            guard !isOffline else {
                throw StoreError(
                    .storeMissing,
                    "there is no clone of \(address) on this machine yet, and the remote may not be asked (--offline)",
                    hints: ["make one while it can be reached: mlops status --store \(address)"]
                )
            }
            do {
                _ = try await Store.clone(
                    from: address,
                    to: location.path,
                    connection: connection,
                    founder: founder,
                    clock: clock
                )
            } catch {
                // Another process may have been faster.
                guard FileSystem.exists("\(location.path)/HEAD") else { throw error }
            }
        }
    }

    /// How the remote of a store is talked to.
    package var connection: Connection {
        Connection(
            isOffline: isOffline,
            mayPrompt: isInteractive,
            hasToken: environment["MLOPS_TOKEN"]?.isEmpty == false,
            cancellation: cancellation,
            onProgress: { [progress] phase, done, total, volume in
                progress.advance(phase.lowercased(), done: done, total: total, unit: .items, details: volume)
                if done == total { progress.finish() }
            }
        )
    }
}

/// Remembers that a verb has opened its store, and looked at the remote.
final class RemoteLook: Sendable {
    private let isDone = Mutex(false)
    private let isOpen = Mutex(false)

    var wasOpened: Bool { isOpen.withLock { $0 } }

    func noteOpening() { isOpen.withLock { $0 = true } }

    /// Looks, unless it has succeeded before.
    func once(_ look: () async throws -> Void) async throws {
        guard !isDone.withLock({ $0 }) else { return }
        try await look()
        isDone.withLock { $0 = true }
    }
}
