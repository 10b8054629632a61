package import ModelStore
package import Support

/// Brings what was done offline, or before there was a remote, to the remote.
package struct PushStore: Sendable {
    package var replayingDeployments = false
    package var dropping: [String] = []
    package var dryRun = false

    package init() {}

    /// What the remote has now that it had not before.
    package struct Report: Encodable, Sendable {
        /// A deployment that was made offline.
        package struct Replayed: Encodable, Sendable {
            package let environment: String
            package let model: String
            package let revision: Int
            package let kind: Deployment.Kind
            /// The version that it is about.
            package let version: VersionNumber?
            package let madeOffline: Timestamp?
        }

        package let remote: String
        package let ledgers: [String]
        package let versions: [String]
        package let renumbered: [Renumbering]
        package let replayed: [Replayed]
        package let dropped: [String]
        /// What waits, or would be pushed by a dry run.
        package let queued: [QueuedLedger]
        package let seconds: Double
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: no remote (64), a deployment that others have overtaken (13), a branch that was rewritten there (12), and
    /// what the host says.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try invocation.openStoreAsItIs(writing: true)
        guard let remote = store.remote else { throw StoreError.noRemote }
        guard !invocation.isOffline else {
            throw StoreError(.usage, "a push without the remote is none", hints: ["leave --offline out"])
        }
        var options = PushOptions()
        options.replayingDeployments = replayingDeployments
        options.dropping = dropping
        var pushed = PushReport()
        if dryRun {
            try await store.rehearsePush(options)
        } else {
            pushed = try await store.push(options)
        }
        return Report(
            remote: remote.address.description,
            ledgers: pushed.ledgers,
            versions: pushed.tags.filter { !$0.contains("#") },
            renumbered: pushed.renumbered,
            replayed: pushed.replayed.map { deployment in
                Report.Replayed(
                    environment: deployment.environment,
                    model: deployment.model,
                    revision: deployment.revision,
                    kind: deployment.kind,
                    version: deployment.recent.first?.subject ?? deployment.serving?.version,
                    madeOffline: deployment.offline?.time
                )
            },
            dropped: pushed.dropped,
            queued: try store.queuedLedgers(),
            seconds: stopwatch.seconds,
            changed: !pushed.isEmpty,
            dryRun: dryRun
        )
    }
}
