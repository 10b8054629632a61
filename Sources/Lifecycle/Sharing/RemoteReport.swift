internal import ModelStore
package import Support

/// What is known of a store's remote.
package struct RemoteReport: Encodable, Sendable {
    /// A ledger with changes that the remote does not have.
    package struct Queued: Encodable, Sendable {
        package let ledger: String
        package let changes: Int
        package let isDiverged: Bool
    }

    package let address: String
    /// Why it could not be seen just now; `nil` when it was, or nobody asked.
    package let problem: String?
    package let offline: Bool
    package let lastContact: Timestamp?
    /// Branches that it has rewritten.
    package let rewritten: [String]
    package let queued: [Queued]

    init(_ state: RemoteState) {
        address = state.address
        problem = state.problem
        offline = state.isOffline
        lastContact = state.lastContact
        rewritten = state.rewritten
        queued = state.queued.map { Queued(ledger: $0.ledger, changes: $0.changes, isDiverged: $0.isDiverged) }
    }

    /// What waits for an environment's ledger of a model; `nil` when nothing does.
    package func queued(_ environment: String, _ model: String) -> Queued? {
        queued.first { $0.ledger == "environments/\(environment)/\(model)" }
    }
}
