package import ModelStore
internal import Support

/// Says of a version that it is good, so that rollbacks go to it, or bad, so that nothing ships it.
package struct Mark: Sendable {
    package var reference: ModelReference
    package var isGood: Bool
    package var environment: String
    package var reason: String?
    package var dryRun = false

    package init(reference: ModelReference, isGood: Bool, environment: String) {
        self.reference = reference
        self.isGood = isGood
        self.environment = environment
    }

    /// What was marked.
    package struct Report: Encodable, Sendable {
        package let environment: String
        package let model: String
        package let version: VersionNumber
        package let mark: String
        package let held: Bool
        package let serving: Bool
        /// Where a rollback goes from now on.
        package let lastGood: Deployment.LastGood?
        /// What to type for that; `nil` where there is nowhere to go.
        package let rollback: String?
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: no such environment (14), and 15 for a version that never had the traffic there: nobody
    /// can know that it is good.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let record = try invocation.version(reference, in: store)
        let known = try store.environments()
        guard known.contains(environment) else { throw StoreError.noEnvironment(environment, known: known) }
        let state = try store.state(of: environment, model: record.model)
        try store.refuseUnpublished(VersionReference(record), of: record.model)
        let standing = state.deployment?.standing(of: VersionReference(record))
        guard standing != nil || !isGood else {
            throw StoreError(
                .refused,
                "\(record.title) has never had the traffic of \(environment), so it cannot be good there",
                hints: ["deploy it first: mlops deploy \(record.model)@\(record.version) --env \(environment)"]
            )
        }
        let verdict: Deployment.Standing.Verdict = isGood ? .good : .bad
        // Marked again with another reason is a change: the reason is what a rollback shows.
        let isHeld = state.deployment?.hold(on: VersionReference(record)) != nil
        let changes = standing?.verdict != verdict || reason != nil || (!isGood && !isHeld)
        var deployment = state.deployment
        if changes && !dryRun {
            deployment = try await store.advance(
                environment: environment,
                model: record.model,
                by: .mark(VersionReference(record), isGood: isGood),
                context: DeploymentContext(
                    actor: invocation.actor.name,
                    time: invocation.clock.now(),
                    reason: reason,
                    bakeTime: (try? store.policy(of: environment))?.bakeTime ?? Policy.defaultBakeTime
                ),
                actor: invocation.actor
            )
        }
        return Report(
            environment: environment,
            model: record.model,
            version: record.version,
            mark: verdict.rawValue,
            held: deployment?.hold(on: VersionReference(record)) != nil,
            serving: deployment?.serving?.version == record.version,
            lastGood: deployment?.lastGood,
            rollback: deployment?.wayBack(from: invocation.place(of: record.model, in: environment, store)),
            changed: changes && !dryRun,
            dryRun: dryRun
        )
    }
}
