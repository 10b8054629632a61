internal import Support

/// What is to become of deployments that were made offline, where the remote has gone another way since.
package struct PushOptions: Sendable {
    /// Whether they are made all the same.
    package var replayingDeployments = false
    /// Environments whose queue is taken back, each as `production fashion` or `production`.
    package var dropping: [String] = []

    package init() {}
}

extension PushOptions {
    /// Whether the queue of a ledger is to be taken back.
    func drops(_ queued: QueuedLedger) -> Bool {
        PushOptions.names(of: queued).contains(where: dropping.contains)
    }

    /// How people name the queue of a ledger that can be taken back: `production`, `production fashion`.
    private static func names(of queued: QueuedLedger) -> [String] {
        switch queued.branch {
        case .policy(let environment): [environment]
        case .environment(let environment, let model): [environment, "\(environment) \(model)"]
        case .store, .model, .follower, nil: []
        }
    }

    /// Throws ``StoreError`` (14) for a name that fits nothing: what was meant to be taken back would be pushed.
    func refuseUnknown(among queued: [QueuedLedger]) throws {
        let names = queued.flatMap(PushOptions.names)
        guard let unknown = dropping.first(where: { !names.contains($0) }) else { return }
        let known = names.uniqued.map { "'\($0)'" }.joined(separator: ", ")
        throw StoreError(
            .notFound,
            "nothing that was done offline to `\(unknown)` waits; nothing was pushed, and nothing taken back",
            hints: [known.isEmpty ? "no environment has anything that waits" : "what waits: \(known)"]
        )
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it comes first.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
