package import ModelStore
internal import Support

/// Says later why something was deployed or rolled back; what the history said stays, and this stands beside it.
package struct Annotate: Sendable {
    package var environment: String
    package var model: String?
    /// The revision that is meant; `nil` for the last one that moved traffic.
    package var revision: Int?
    package var reason: String?
    package var incident: String?
    package var dryRun = false

    package init(environment: String) { self.environment = environment }

    /// What was said.
    package struct Report: Encodable, Sendable {
        package let environment: String
        package let model: String
        /// The revision that it is about.
        package let revision: Int
        package let kind: Deployment.Kind?
        package let reason: String?
        package let incident: String?
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: nothing is said, or several models and none named (64), no such revision (14).
    package func run(in invocation: Invocation) async throws -> Report {
        guard reason != nil || incident != nil else {
            throw StoreError(.usage, "nothing is said", hints: ["add --reason TEXT, or --incident ID"])
        }
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let known = try store.environments()
        let state = try store.chosenState(
            of: environment,
            model: model,
            for: "annotate",
            "which one is meant",
            nothing: .noEnvironment(environment, known: known)
        )
        guard let deployment = state.deployment else {
            throw StoreError.noEnvironment(environment, known: known)
        }
        let revision = revision ?? deployment.lastMove.revision
        guard (1...deployment.revision).contains(revision) else {
            throw StoreError(
                .notFound,
                "\(environment) has no deployment \(revision) of \(state.model): they go from 1 to \(deployment.revision)",
                hints: ["look at them: mlops history \(environment) \(state.model)"]
            )
        }
        if !dryRun {
            _ = try await store.advance(
                environment: environment,
                model: state.model,
                by: .annotate(revision: revision),
                context: DeploymentContext(
                    actor: invocation.actor.name,
                    time: invocation.clock.now(),
                    reason: reason,
                    incident: incident,
                    bakeTime: (try? store.policy(of: environment))?.bakeTime ?? Policy.defaultBakeTime
                ),
                actor: invocation.actor
            )
        }
        return Report(
            environment: environment,
            model: state.model,
            revision: revision,
            kind: deployment.recent.first { $0.revision == revision }?.kind,
            reason: reason,
            incident: incident,
            changed: !dryRun,
            dryRun: dryRun
        )
    }
}
