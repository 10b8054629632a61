internal import ModelPackage
internal import ModelStore
internal import Support

/// Gives all traffic to the candidate of a rollout, without waiting for its steps.
package struct Promote: Sendable {
    package var environment: String
    package var model: String?
    package var reason: String?
    package var dryRun = false
    /// How many seconds followers have to answer; `nil` for the usual ones.
    package var patience: Double?

    package init(environment: String) { self.environment = environment }

    /// Promotes, and says what was done.
    ///
    /// Throws ``StoreError``: nothing is rolled out, or the candidate is held meanwhile (15), a lost race (13). Nothing is changed then.
    package func run(in invocation: Invocation) async throws -> MoveReport {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let state = try store.chosenState(
            of: environment,
            model: model,
            for: "promote",
            "which one to promote",
            nothing: .nothingRolledOut(in: environment, nil)
        )
        guard let deployment = state.deployment, deployment.isRollingOut, let candidate = deployment.candidate else {
            throw StoreError.nothingRolledOut(in: environment, state.model)
        }
        let record = try store.version(candidate, of: state.model)
        if let hold = deployment.hold(on: candidate) {
            throw StoreError(
                .held,
                "\(record.title) is held in \(environment) since \(hold.time) (\(hold.actor): \(hold.reason))",
                hints: ["end the rollout: mlops abort \(environment) \(state.model)"]
            )
        }
        let policy = try store.policy(of: environment) ?? Policy(environment: environment)
        var move = try Move(invocation, store, policy, state, to: record)
        if let patience { move.patience = patience }
        if dryRun { return report(move, deployment, nil, []) }
        let prepared = try await move.prepare(fetching: true)
        let (next, seconds) = try await move.advance(
            by: .promote,
            context: DeploymentContext(
                actor: invocation.actor.name,
                time: invocation.clock.now(),
                reason: reason,
                bakeTime: policy.bakeTime
            )
        )
        return report(move, next, seconds, await move.activate(prepared, next))
    }

    private func report(
        _ move: Move,
        _ deployment: Deployment,
        _ seconds: Double?,
        _ targets: [MoveReport.Target]
    ) -> MoveReport {
        let lastGood = dryRun ? nil : deployment.lastGood
        return MoveReport(
            environment: environment,
            model: move.record.model,
            revision: deployment.revision,
            kind: .promote,
            from: move.state.deployment?.serving?.version,
            to: move.record.version,
            digest: move.record.digest,
            changed: !dryRun,
            dryRun: dryRun,
            reason: reason,
            lastGood: lastGood,
            movedAfter: seconds,
            targets: targets,
            undo: lastGood.map { _ in "mlops rollback \(move.place)\(move.offline)" }
        )
    }
}

extension StoreError {
    /// There is no candidate that could be promoted or taken back.
    static func nothingRolledOut(in environment: String, _ model: String?) -> StoreError {
        StoreError(
            .refused,
            "nothing\(model.map { " of \($0)" } ?? "") is being rolled out in \(environment)",
            hints: ["see what runs there: mlops status \(environment)"]
        )
    }
}
