package import ModelStore
internal import Support

/// What an environment ran, when, by whom and why.
package struct History: Sendable {
    package var environment: String
    package var model: String?
    package var limit: Int

    package init(environment: String, model: String?, limit: Int) {
        self.environment = environment
        self.model = model
        self.limit = limit
    }

    /// The deployments of each model, newest first.
    package struct Report: Encodable, Sendable {
        /// One model.
        package struct Ledger: Encodable, Sendable {
            package let model: String
            package let deployments: [Deployment.Summary]
        }

        package let environment: String
        package let models: [Ledger]
    }

    /// Reads the ledgers of the environment.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let known = try store.environments()
        guard known.contains(environment) else { throw StoreError.noEnvironment(environment, known: known) }
        let states = try store.states(of: environment).filter { model == nil || $0.model == model }
        guard !states.isEmpty else {
            throw StoreError(
                .notFound,
                "nothing\(model.map { " of `\($0)`" } ?? "") was ever deployed to \(environment)",
                hints: ["deploy a version: mlops deploy MODEL@VERSION --env \(environment)"]
            )
        }
        return Report(
            environment: environment,
            models: try states.map { state in
                // The newest deployment lists the last twenty; only who wants more makes us walk.
                let recent = state.deployment?.recent ?? []
                let enough = limit <= recent.count || recent.last?.revision == 1
                let summaries =
                    enough
                    ? Array(recent.prefix(limit))
                    : try store.history(of: environment, model: state.model, limit: limit).compactMap(\.recent.first)
                return Report.Ledger(model: state.model, deployments: summaries)
            }
        )
    }
}
