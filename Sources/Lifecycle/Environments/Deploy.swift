internal import ModelPackage
package import ModelStore
internal import Support

/// Puts a version live in an environment.
package struct Deploy: Sendable {
    package var reference: ModelReference
    package var environment: String
    package var reason: String?
    package var skipChecks = false
    package var allowSignatureChange = false
    package var dryRun = false
    /// How the traffic comes to the version; `nil` for what the rules of the environment say.
    package var strategy: Strategy?
    /// The shares of a canary in percent, rising to 100.
    package var steps: [Int]?
    /// Seconds that a step takes at least, and requests that the candidate must have had in it.
    package var stepTime: Int?
    package var minRequests: Int?
    /// How many seconds followers have to answer; `nil` for the usual ones.
    package var patience: Double?

    package init(reference: ModelReference, environment: String) {
        self.reference = reference
        self.environment = environment
    }

    /// Deploys, and says what was done.
    ///
    /// Throws ``StoreError``: held, checks missing, other inputs or outputs, other rules (15), a rollout in progress or a
    /// lost race (13). Nothing is changed then.
    package func run(in invocation: Invocation) async throws -> MoveReport {
        if skipChecks && reason == nil {
            throw StoreError(.usage, "--skip-checks needs a reason", hints: ["add: --reason \"why it cannot wait\""])
        }
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let record = try invocation.version(reference, in: store)
        let (policy, isNew) = try invocation.policyForDeployment(to: environment, store)
        let state = try store.state(of: environment, model: record.model)
        var move = try Move(invocation, store, policy, state, to: record, deploying: true)
        if let patience { move.patience = patience }
        guard move.unseen.isEmpty || store.remote != nil else {
            throw StoreError(
                .refused,
                "the directory `\(move.unseen[0])` of \(environment) is relative, and the store stands in no project",
                hints: ["deploy where the project is, or record an absolute path: mlops environment apply"]
            )
        }
        if let deployment = state.deployment, deployment.serving?.digest == record.digest, !deployment.isRollingOut {
            return try await unchanged(move, isNewPolicy: isNew)
        }
        try refuseIfNotAllowed(record, state)
        if let retirement = try store.retirement(of: record) { throw StoreError.retired(retirement) }
        let checks = RequiredChecks(policy: policy, record: record, store: store, invocation: invocation)
        if !skipChecks { try checks.demand() }
        // Who skips them in a hurry is told what; what cannot be told is in nobody's way.
        let missing = skipChecks ? (try? checks.problems().map(\.text)) ?? [] : []
        let signatureChanges = try compareSignatures(record, state, store)
        let flips = try? Proof().flips(from: state.deployment?.serving, to: record, store)
        let plan = try RolloutPlan(self, of: move.version, move, at: invocation.clock.now())
        if dryRun {
            var report = report(move, state.deployment, nil, [], signatureChanges, flips, missing, plan, isNew: false)
            do {
                report.recorded = try RecordedQuestion(store: store, environment: environment)
                    .changes(from: state.deployment?.serving, to: record)
            } catch {
                // What callers have asked is nice to know, and no rule.
                report.warnings.append("what callers have asked cannot be asked again: \(error)")
            }
            return report
        }
        let prepared = try await move.prepare(fetching: true)
        if isNew { try await store.record(policy, replacing: nil, actor: invocation.actor) }
        let (deployment, seconds) = try await move.advance(
            by: plan.rollout.map {
                .rollOut($0, skippedChecks: skipChecks, signatureChanges: signatureChanges)
            } ?? .deploy(move.version, skippedChecks: skipChecks, signatureChanges: signatureChanges),
            context: DeploymentContext(
                actor: invocation.actor.name,
                time: invocation.clock.now(),
                reason: reason,
                bakeTime: policy.bakeTime
            )
        )
        let targets = await move.confirmByProgram(prepared, move.activate(prepared, deployment))
        return report(move, deployment, seconds, targets, signatureChanges, flips, missing, plan, isNew: isNew)
    }

    private func refuseIfNotAllowed(_ record: VersionRecord, _ state: EnvironmentState) throws {
        guard let deployment = state.deployment else { return }
        if let hold = deployment.hold(on: VersionReference(record)) {
            throw StoreError(
                .held,
                "\(record.title) is held in \(environment) since \(hold.time) (\(hold.actor): \(hold.reason))",
                hints: [
                    "deploy a newer version, or: mlops unhold \(record.model)@\(record.version) --env \(environment)"
                ]
            )
        }
        if deployment.isRollingOut {
            throw StoreError(
                .conflict,
                "a rollout is in progress in \(environment)",
                hints: ["end it first: mlops rollback \(environment) \(record.model)"]
            )
        }
    }

    private func compareSignatures(
        _ record: VersionRecord,
        _ state: EnvironmentState,
        _ store: Store
    ) throws -> [String] {
        guard let serving = state.deployment?.serving else { return [] }
        let differences = try store.signatureDifferences(from: serving, to: record)
        guard differences.isEmpty || allowSignatureChange else {
            throw StoreError(
                .signatureIncompatible,
                "callers of \(record.model) in \(environment) would notice: \(differences.joined(separator: "; "))",
                hints: ["if that is meant, add: --allow-signature-change"]
            )
        }
        return differences
    }

    /// What runs is deployed again: nothing moves, but a target that lags behind is put right.
    private func unchanged(_ move: Move, isNewPolicy: Bool) async throws -> MoveReport {
        if isNewPolicy && !dryRun {
            try await move.store.record(move.policy, replacing: nil, actor: move.invocation.actor)
        }
        let targets = dryRun ? [] : try await move.mend()
        return report(
            move,
            move.state.deployment,
            nil,
            targets,
            [],
            nil,
            [],
            nil,
            isNew: isNewPolicy && !dryRun,
            changed: false
        )
    }

    private func report(
        _ move: Move,
        _ deployment: Deployment?,
        _ seconds: Double?,
        _ targets: [MoveReport.Target],
        _ signatureChanges: [String],
        _ flips: FlipReport?,
        _ missingChecks: [String],
        _ plan: RolloutPlan?,
        isNew: Bool,
        changed: Bool = true
    ) -> MoveReport {
        let lastGood = changed && dryRun ? nil : deployment?.lastGood
        let from = move.state.deployment?.serving?.version
        // A bare rollback goes to the last good version, which need not be the one that was replaced.
        let undo = from.flatMap { from in
            if !changed || dryRun { return nil as String? }
            if plan?.rollout != nil || lastGood?.version == from {
                return "mlops rollback \(move.place)\(move.offline)"
            }
            let isHeld = deployment?.hold(on: from) != nil
            return "mlops rollback \(move.place) --to \(from)\(isHeld ? " --force" : "")\(move.offline)"
        }
        return MoveReport(
            environment: environment,
            model: move.record.model,
            revision: deployment?.revision ?? 0,
            kind: .deploy,
            from: from,
            to: move.record.version,
            digest: move.record.digest,
            changed: changed && !dryRun,
            dryRun: dryRun,
            reason: reason,
            skippedChecks: skipChecks,
            missingChecks: missingChecks,
            signatureChanges: signatureChanges,
            rollout: plan?.rollout,
            notes: [plan?.note].compactMap { $0 },
            lastGood: lastGood,
            movedAfter: seconds,
            targets: targets,
            flips: flips,
            policyRecorded: isNew,
            undo: undo
        )
    }
}

extension Store {
    /// What callers of a model would notice when another version serves them; nothing when that cannot be told.
    func signatureDifferences(from serving: VersionReference, to record: VersionRecord) throws -> [String] {
        // A damaged version must not keep anybody from leaving it.
        guard let before = try? version(serving, of: record.model) else { return [] }
        // The ledgers know the digests: where these are the same, no package is opened.
        if let digest = before.lineage.signature, digest == record.lineage.signature { return [] }
        // A clone may have only one of them: that they differ it knows all the same.
        guard try holds(before), try holds(record) else {
            let areKnown = before.lineage.signature != nil && record.lineage.signature != nil
            return areKnown ? ["the inputs or outputs of \(before.version) and \(record.version) differ"] : []
        }
        guard let old = try? signature(of: before), let new = try signature(of: record) else { return [] }
        return new.differences(from: old)
    }

    /// The inputs and outputs of a version; `nil` for a package that does not state them.
    func signature(of record: VersionRecord) throws -> Signature? {
        let package = try package(of: record)
        guard package.manifest.member(MemberNames.signature) != nil else { return nil }
        return try JSON.decode(Signature.self, from: try package.read(MemberNames.signature), source: record.title)
    }
}
