package import ModelStore
internal import Support

/// Looks what the remote has, and fetches packages that are named.
package struct PullStore: Sendable {
    /// The versions whose packages are to be here.
    package var references: [ModelReference] = []
    /// Whether all of them are, as for a backup.
    package var all = false
    package var dryRun = false

    package init() {}

    /// What came.
    package struct Report: Encodable, Sendable {
        package let remote: RemoteState?
        /// Versions whose packages came, or would come.
        package let fetched: [String]
        package let seconds: Double
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: no remote (64), no such version (14), a version that the remote has lost (12), and what the host says.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try invocation.openStoreAsItIs(writing: true)
        guard let remote = store.remote else { throw StoreError.noRemote }
        guard !invocation.isOffline else {
            throw StoreError(.usage, "a pull without the remote is none", hints: ["leave --offline out"])
        }
        try await store.synchronize(replaying: !dryRun)
        var wanted = try references.map { try invocation.version($0, in: store) }
        if all {
            wanted = try store.models().flatMap { model in
                try store.versions(of: model).map { try store.version($0.version, of: model) }
                    .filter { try store.retirement(of: $0)?.freed == nil }
            }
        }
        let missing = try wanted.filter { try !store.holdsWhole($0) }
        for model in dryRun ? [] : Set(missing.map(\.model)).sorted() {
            try await store.obtain(missing.filter { $0.model == model }, from: remote)
        }
        return Report(
            remote: try store.remoteState(),
            fetched: missing.map { "\($0.model)@\($0.version)" },
            seconds: stopwatch.seconds,
            changed: !dryRun && !missing.isEmpty,
            dryRun: dryRun
        )
    }
}
