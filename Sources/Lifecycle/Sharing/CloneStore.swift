internal import ModelStore
internal import Support

/// Makes a clone of a shared store: its ledgers, and of the weights what is asked for later.
package struct CloneStore: Sendable {
    package var address: String
    package var destination: String

    package init(address: String, destination: String) {
        self.address = address
        self.destination = destination
    }

    /// What was cloned.
    package struct Report: Encodable, Sendable {
        package let address: String
        package let store: String
        package let models: [String]
        package let environments: [String]
        package let seconds: Double
    }

    /// Throws ``StoreError``: something is there already (15), no store at the address (10), and what the host says.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let path = invocation.resolve(destination)
        let store = try await Store.clone(
            from: try invocation.remoteAddress(address),
            to: path,
            connection: invocation.connection,
            clock: invocation.clock
        )
        return Report(
            address: store.remote?.address.description ?? address,
            store: path,
            models: try store.models(),
            environments: try store.environments(),
            seconds: stopwatch.seconds
        )
    }
}
