internal import ModelPackage
package import ModelStore
package import Support

/// Puts the last good version back, and keeps the one it replaces from coming back by itself.
package struct Rollback: Sendable {
    package var environment: String
    package var model: String?
    /// Another version than the last good one.
    package var target: VersionNumber?
    /// The version that had the traffic at a moment.
    package var moment: Timestamp?
    /// Roll back only if this version serves.
    package var expected: VersionNumber?
    /// Whether the version that is left is held; `nil` for the usual: yes, unless `target` is given and it was marked good.
    package var holding: Bool?
    /// Go to a version although it is held.
    package var force = false
    package var reason: String?
    package var incident: String?
    /// Whether only the candidate of a rollout is taken back, and nothing where there is none.
    package var onlyRollout = false
    package var dryRun = false

    /// What must be seen after it.
    package var verification = Verification.golden
    /// How many seconds followers have to answer; `nil` for the usual ones.
    package var patience: Double?

    package init(environment: String) { self.environment = environment }

    /// Rolls back, and says what was done.
    ///
    /// Throws ``StoreError``: nothing to go back to, a held target (15), another version than expected or a lost race
    /// (13), several models and none named (64). Nothing is changed then.
    package func run(in invocation: Invocation) async throws -> MoveReport {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let state = try store.chosenState(
            of: environment,
            model: model,
            for: onlyRollout ? "abort" : "rollback",
            "which one to roll back",
            nothing: nothing(nil, "nothing was ever deployed there")
        )
        guard let deployment = state.deployment, let serving = deployment.serving else {
            throw nothing(state.model, "nothing runs there")
        }
        if onlyRollout, !deployment.isRollingOut { throw StoreError.nothingRolledOut(in: environment, state.model) }
        if let expected, serving.version != expected {
            throw StoreError(
                .conflict,
                "\(environment) serves \(state.model) \(serving.version), not \(expected): nothing was changed",
                hints: ["look at it: mlops status \(environment)"]
            )
        }
        // Rules that cannot be read are in nobody's way back.
        let policy = (try? store.policy(of: environment)) ?? nil ?? Policy(environment: environment)
        if target == nil, moment == nil, deployment.isRolledBack {
            return try await alreadyRolledBack(invocation, store, policy, state, deployment)
        }
        let goal = try chooseTarget(deployment, store)
        let record = try store.version(goal.version, of: state.model)
        var move = try Move(invocation, store, policy, state, to: record)
        if let patience { move.patience = patience }
        move.verification = verification
        if goal.version == serving, !deployment.isRollingOut {
            let targets = dryRun ? [] : try await move.mend()
            return report(move, deployment, nil, targets, goal.why, changed: false)
        }
        // Back is never refused: whoever called the newer version will notice a difference, and is told.
        // Nor because the store cannot say it: what counts is that the version can be loaded where it is to run.
        let warnings = (try? store.signatureDifferences(from: serving, to: record)) ?? []
        let holding = holds(serving, deployment)
        if dryRun { return report(move, deployment, nil, [], goal.why, warnings: warnings, changed: false) }
        // At night a download is not waited for: the version has served before.
        let prepared = try await move.prepare(fetching: false)
        let event: DeploymentEvent =
            deployment.isRollingOut && target == nil && moment == nil
            ? .abort(holding: holding)
            : .rollback(move.version, holding: holding, signatureChanges: warnings)
        let (next, seconds) = try await move.advance(
            by: event,
            context: DeploymentContext(
                actor: invocation.actor.name,
                time: invocation.clock.now(),
                reason: reason,
                incident: incident,
                bakeTime: policy.bakeTime
            )
        )
        let targets = await move.activate(prepared, next)
        let unseen =
            verification == .none
            ? "nobody was asked whether it serves \(record.version) now; to see it: mlops status \(environment)" : nil
        return report(
            move,
            next,
            seconds,
            targets,
            goal.why,
            warnings: warnings,
            notes: [prepared.note(record), unseen].compactMap { $0 }
        )
    }

    private func chooseTarget(
        _ deployment: Deployment,
        _ store: Store
    ) throws -> (version: VersionReference, why: String) {
        let target = try self.target ?? numberAtMoment(deployment, store)
        if let target {
            if let hold = deployment.hold(on: target), !force {
                throw StoreError(
                    .held,
                    "\(deployment.model) \(target) is held in \(environment) (\(hold.actor): \(hold.reason))",
                    hints: ["if you mean it: mlops rollback \(environment) \(deployment.model) --to \(target) --force"]
                )
            }
            // Back is where the traffic has been; what was never live has to pass the checks of a deployment.
            // What had it is known by its digest: here, the number may have been given to another package offline.
            guard let version = try deployment.standing(of: target)?.target ?? traffic(of: target, deployment, store)
            else {
                throw StoreError(
                    .refused,
                    "\(deployment.model) \(target) has never had the traffic of \(environment): there is no way back to it",
                    hints: ["deploy it: mlops deploy \(deployment.model)@\(target) --env \(environment)"]
                )
            }
            return (version, "asked for")
        }
        if deployment.isRollingOut, let stable = deployment.serving {
            return (stable, "the rollout is ended; this is the stable version")
        }
        guard let lastGood = deployment.lastGood else {
            throw nothing(deployment.model, "no earlier version that is not held")
        }
        return (lastGood.target, lastGood.isProven ? "last good: \(lastGood.reason)" : lastGood.reason)
    }

    /// What had the traffic at the moment that is asked for; `nil` where none is.
    private func numberAtMoment(_ deployment: Deployment, _ store: Store) throws -> VersionNumber? {
        guard let moment else { return nil }
        let found = try store.deployment(of: environment, model: deployment.model, at: moment)
        guard let version = found?.deployment.serving?.version else {
            throw nothing(deployment.model, "nothing of it ran there at \(moment)")
        }
        return version
    }

    /// The version that had the traffic under a number, so long ago that the newest deployment does not remember it.
    private func traffic(
        of version: VersionNumber,
        _ deployment: Deployment,
        _ store: Store
    ) throws -> VersionReference? {
        guard deployment.standing.count >= Deployment.standingLimit else { return nil }
        return try store.history(of: environment, model: deployment.model, limit: .max).lazy.compactMap(\.serving)
            .first { $0.version == version }
    }

    /// Whether the version that is left is held: who names where to go leaves a version marked good as it is.
    private func holds(_ left: VersionReference, _ deployment: Deployment) -> Bool {
        holding ?? ((target == nil && moment == nil) || deployment.standing(of: left)?.isMarkedGood != true)
    }

    /// A second bare rollback changes nothing: two people on call do not undo each other.
    private func alreadyRolledBack(
        _ invocation: Invocation,
        _ store: Store,
        _ policy: Policy,
        _ state: EnvironmentState,
        _ deployment: Deployment
    ) async throws -> MoveReport {
        guard let serving = deployment.serving else { throw nothing(state.model, "nothing runs there") }
        let record = try store.version(serving, of: state.model)
        let move = try Move(invocation, store, policy, state, to: record)
        let targets = dryRun ? [] : try await move.mend()
        let who = deployment.lastMove
        let further = deployment.wayBack(from: move.place).map { "further back: \($0)" }
        let why =
            "rolled back already, by \(who.actor) at \(who.time); \(further ?? "no earlier version that is not held")"
        return report(
            move,
            deployment,
            nil,
            targets,
            why,
            notes: [nothingHeld(deployment)].compactMap { $0 },
            changed: false
        )
    }

    private func nothing(_ model: String?, _ why: String) -> StoreError {
        StoreError(
            .nothingToRollBackTo,
            "nothing to roll back to in \(environment): \(why)",
            hints: ["see what ran: mlops history \(environment)\(model.map { " \($0)" } ?? "")"]
        )
    }

    /// What to type to hold the version that the last rollback left, for who asks for it when that is done.
    private func nothingHeld(_ deployment: Deployment) -> String? {
        let left = deployment.recent.first { $0.revision < deployment.lastMove.revision }?.version
        guard holding == true, let left, left != deployment.serving?.version, deployment.hold(on: left) == nil else {
            return nil
        }
        return "nothing is held now; to hold \(left): mlops hold \(deployment.model)@\(left) --env \(environment)"
    }

    private func report(
        _ move: Move,
        _ deployment: Deployment,
        _ seconds: Double?,
        _ targets: [MoveReport.Target],
        _ why: String,
        warnings: [String] = [],
        notes: [String] = [],
        changed: Bool = true
    ) -> MoveReport {
        let before = move.state.deployment
        if let before, changed || dryRun, before.isRollingOut, target == nil, moment == nil {
            return abortReport(move, deployment, before, seconds, targets, why, notes: notes, changed: changed)
        }
        let left = before?.serving
        let moves = left != move.version
        let willHold = left.map { left in
            before?.hold(on: left) != nil || (moves && before.map { holds(left, $0) } == true)
        }
        let held = changed && moves && willHold == true ? left : nil
        // A hold that was there keeps its reason.
        let oldHold = held.flatMap { before?.hold(on: $0) }
        let keepsGood =
            changed && moves && holding == nil && willHold == false
            ? left.map { left in
                "\(left.version) is not held, as it is marked good; to hold it: "
                    + "mlops hold \(move.record.model)@\(left.version) --env \(environment)\(move.offline)"
            } : nil
        let undo = left.map { left in
            let back = "mlops rollback \(move.place) --to \(left.version)"
            // It stands as before: held if it was, and what is left again is not.
            if oldHold != nil { return "\(back) --force --no-hold\(move.offline)" }
            guard willHold == true else { return "\(back)\(move.offline)" }
            let release = "mlops unhold \(move.record.model)@\(left.version) --env \(environment)\(move.offline)"
            return "\(release) && \(back) --no-hold\(move.offline)"
        }
        return MoveReport(
            environment: environment,
            model: move.record.model,
            revision: deployment.revision,
            kind: .rollback,
            from: left?.version,
            to: move.record.version,
            digest: move.record.digest,
            changed: changed,
            dryRun: dryRun,
            why: why,
            reason: reason,
            signatureChanges: warnings,
            held: held?.version,
            heldBefore: oldHold,
            incident: incident,
            notes: [keepsGood].compactMap { $0 } + notes,
            lastGood: deployment.lastGood,
            movedAfter: seconds,
            targets: targets,
            warnings: warnings.map { "callers will notice: \($0)" },
            undo: changed || dryRun ? undo : nil
        )
    }

    /// What was done when the candidate of a rollout has lost its traffic.
    private func abortReport(
        _ move: Move,
        _ deployment: Deployment,
        _ before: Deployment,
        _ seconds: Double?,
        _ targets: [MoveReport.Target],
        _ why: String,
        notes: [String],
        changed: Bool
    ) -> MoveReport {
        let candidate = before.candidate
        let isHeld = holding ?? true
        let again = candidate.map { candidate in
            let name = "\(move.record.model)@\(candidate.version) --env \(environment)\(move.offline)"
            return (isHeld ? "mlops unhold \(name) && " : "") + "mlops deploy \(name)"
        }
        return MoveReport(
            environment: environment,
            model: move.record.model,
            revision: deployment.revision,
            kind: .abort,
            from: candidate?.version,
            to: move.record.version,
            digest: move.record.digest,
            changed: changed,
            dryRun: dryRun,
            why: why,
            reason: reason,
            held: changed && isHeld ? candidate?.version : nil,
            heldBefore: candidate.flatMap { before.hold(on: $0) },
            incident: incident,
            notes: notes,
            lastGood: deployment.lastGood,
            movedAfter: seconds,
            targets: targets,
            undo: again
        )
    }
}
