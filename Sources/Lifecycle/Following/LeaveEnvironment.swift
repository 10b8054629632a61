internal import ModelStore
internal import Support

/// Says of a follower that it is gone for good, so that nobody waits for it any more; from any machine.
package struct LeaveEnvironment: Sendable {
    package var environment: String
    /// The follower; `nil` for the one that is called like this machine.
    package var name: String?
    package var dryRun = false

    package init(environment: String) { self.environment = environment }

    /// Who has left.
    package struct Report: Encodable, Sendable {
        package let environment: String
        package let follower: String
        /// The machine that it was on.
        package let host: String
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Writes its last word; should it come back, it speaks again and is waited for again.
    ///
    /// Throws ``StoreError`` (14) where no such follower ever spoke.
    package func run(in invocation: Invocation) async throws -> Report {
        let name = self.name ?? Names.made(of: Receipt.thisHost)
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        guard let receipt = try store.receipt(of: name, in: environment) else {
            let known = try store.receipts(of: environment).map(\.follower)
            throw StoreError(
                .notFound,
                "no follower of `\(environment)` is called `\(name)`",
                hints: [known.isEmpty ? "it has none" : "its followers: \(known.joined(separator: ", "))"]
            )
        }
        let changed = !receipt.hasLeft && !dryRun
        if changed {
            try store.record(receipt.leaving(at: invocation.clock.now()), actor: invocation.actor)
            if !invocation.isOffline { try await store.publishReceipt(of: name, in: environment) }
        }
        return Report(
            environment: environment,
            follower: name,
            host: receipt.host,
            changed: changed,
            dryRun: dryRun
        )
    }
}
