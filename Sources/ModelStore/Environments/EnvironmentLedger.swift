internal import Git
package import Support

/// What an environment runs of one model, with what is needed to change it only if nobody else has.
package struct EnvironmentState: Sendable {
    package let environment: String
    package let model: String
    package let deployment: Deployment?
    let tip: ObjectID?
}

/// A branch of an environment that cannot be read.
package struct DamagedLedger: Encodable, Sendable {
    /// The branch, such as `environments/production/fashion`.
    package let ledger: String
    /// The model that it is about; `nil` for the rules.
    package let model: String?
    package let problem: String
}

extension Store {
    /// The names of all environments that have rules or have run something, sorted.
    package func environments() throws -> [String] {
        let withRules = try repository.references(under: References.policies).map {
            String($0.name.dropFirst(References.policies.count))
        }
        let withLedger = try repository.references(under: References.environments).compactMap {
            $0.name.dropFirst(References.environments.count).split(separator: "/").first.map(String.init)
        }
        return Set(withRules + withLedger).sorted()
    }

    /// What an environment runs, one state per model, the last changed first.
    ///
    /// A ledger that cannot be read keeps nobody from the others: ``ledgers(of:)`` names it.
    package func states(of environment: String) throws -> [EnvironmentState] {
        try ledgers(of: environment).states
    }

    /// What an environment runs, as ``states(of:)`` has it, and which of its ledgers cannot be read.
    package func ledgers(of environment: String) throws -> (states: [EnvironmentState], damaged: [DamagedLedger]) {
        let prefix = "\(References.environments)\(environment)/"
        var states: [EnvironmentState] = []
        var damaged: [DamagedLedger] = []
        for (name, _) in try repository.references(under: prefix) where Ledger(reference: name) != nil {
            let model = String(name.dropFirst(prefix.count))
            do {
                states.append(try state(of: environment, model: model))
            } catch {
                damaged.append(DamagedLedger(ledger: Self.shown(name), model: model, problem: "\(error)"))
            }
        }
        states.sort { ($0.deployment?.time.seconds ?? 0) > ($1.deployment?.time.seconds ?? 0) }
        return (states, damaged)
    }

    /// The rules of an environment, or why they cannot be read.
    package func readablePolicy(of environment: String) -> (policy: Policy?, damaged: [DamagedLedger]) {
        do {
            return (try policy(of: environment), [])
        } catch {
            return (nil, [DamagedLedger(ledger: Ledger.policy(environment).name, model: nil, problem: "\(error)")])
        }
    }

    /// What an environment runs of one model; without a deployment when it never ran it.
    package func state(of environment: String, model: String) throws -> EnvironmentState {
        guard let tip = try repository.reference(References.environment(environment, model)) else {
            return EnvironmentState(environment: environment, model: model, deployment: nil, tip: nil)
        }
        let deployment = try deployment(at: tip)
        guard deployment.environment == environment, deployment.model == model else {
            throw StoreError(
                .integrity,
                "the branch environments/\(environment)/\(model) holds a deployment of something else"
            )
        }
        return EnvironmentState(environment: environment, model: model, deployment: deployment, tip: tip)
    }

    /// Something that is another when any ledger of the environment has changed: cheap enough to be looked at all the time.
    package func mark(of environment: String) -> [String] {
        let heads = (try? repository.references(under: "\(References.environments)\(environment)/")) ?? []
        return heads.map { "\($0.name) \($0.id)" }
    }

    /// The directories in which a file changes whenever a ledger of the environment does.
    package func directories(of environment: String) -> [String] {
        // Where refs stand one by one, and where they are packed together.
        ["\(path)/\(References.environments)\(environment)", path]
    }

    /// The deployments of an environment, newest first.
    package func history(of environment: String, model: String, limit: Int) throws -> [Deployment] {
        var next = try repository.reference(References.environment(environment, model))
        var found: [Deployment] = []
        while let id = next, found.count < limit {
            found.append(try deployment(at: id))
            next = try repository.commit(id).parents.first
        }
        return found
    }

    /// What an environment ran of a model at a moment, and when that changed; `nil` where it was not deployed yet.
    ///
    /// What counts is the order of the ledger: clocks of those who have written it may differ.
    package func deployment(
        of environment: String,
        model: String,
        at time: Timestamp
    ) throws -> (deployment: Deployment, until: Timestamp?)? {
        var next = try repository.reference(References.environment(environment, model))
        var until: Timestamp?
        while let id = next {
            let deployment = try deployment(at: id)
            if deployment.time <= time { return (deployment, until) }
            if deployment.kind.movesTraffic { until = deployment.time }
            next = try repository.commit(id).parents.first
        }
        return nil
    }

    /// Lets an event happen to an environment whose state the caller has looked at.
    ///
    /// Throws ``StoreError`` (13) when somebody else has changed the environment since; nothing is changed then.
    package func advance(
        _ state: EnvironmentState,
        by event: DeploymentEvent,
        context: DeploymentContext,
        actor: Actor
    ) async throws -> Deployment {
        try await change(References.environment(state.environment, state.model)) { store in
            let current = try store.state(of: state.environment, model: state.model)
            guard current.tip == state.tip else {
                let newer = current.deployment
                throw StoreError(
                    .conflict,
                    "\(state.environment) was changed meanwhile: deployment \(newer?.revision ?? 0) by "
                        + "\(newer?.actor ?? "somebody") at \(newer?.time.description ?? "an unknown time")",
                    hints: ["look at it (mlops status \(state.environment)) and run the command again"]
                )
            }
            return try store.plan(event, after: current, context: context, actor: actor)
        }
    }

    /// Lets an event happen that does not depend on what others do, such as a hold.
    package func advance(
        environment: String,
        model: String,
        by event: DeploymentEvent,
        context: DeploymentContext,
        actor: Actor
    ) async throws -> Deployment {
        try await change(References.environment(environment, model)) { store in
            try store.plan(
                event,
                after: try store.state(of: environment, model: model),
                context: context,
                actor: actor
            )
        }
    }

    /// Plans the deployment that follows from an event, with the tags that GTO reads it from.
    private func plan(
        _ event: DeploymentEvent,
        after state: EnvironmentState,
        context: DeploymentContext,
        actor: Actor
    ) throws -> (Deployment, Change) {
        try Names.validate(state.environment, as: "an environment")
        try Names.validate(state.model, as: "a model")
        try refuseFreed(event, of: state.model)
        try refuseUnpublished(event, of: state.model)
        var context = context
        context.freed = try freedVersions(among: state.deployment)
        let next = Deployment.next(
            after: state.deployment,
            environment: state.environment,
            model: state.model,
            event: event,
            context: context
        )
        var change = Change(moves: [try planRevision(next, after: state, actor: actor)])
        // One that could not be written is written with the next event.
        for deployment in [state.deployment, event.kind.movesTraffic ? next : nil] {
            if let deployment, let move = try? planAssignment(of: deployment, actor: actor) {
                change.projections.append(move)
            }
        }
        return (next, change)
    }

    /// Writes a deployment as the next commit of its ledger.
    func planRevision(
        _ next: Deployment,
        after state: EnvironmentState,
        actor: Actor,
        time: Timestamp? = nil
    ) throws -> ReferenceMove {
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(
            changes: [("deployment.json", try JSON.encode(next))],
            to: nil,
            into: repository
        )
        return try planCommit(
            tree: tree,
            on: References.environment(state.environment, state.model),
            after: state.tip,
            actor: actor,
            time: time,
            message: next.sentence(after: state.deployment),
            writer: &writer
        )
    }

    func deployment(at commit: ObjectID) throws -> Deployment {
        guard let bytes = try repository.blob(at: "deployment.json", in: try repository.commit(commit).tree) else {
            throw StoreError(.integrity, "the commit \(commit) has no deployment.json")
        }
        return try JSON.decode(Deployment.self, from: bytes, source: "commit \(commit), deployment.json")
    }

    /// Writes GTO's tag for the version that has all traffic, unless it is there; a kill may have prevented it.
    ///
    /// A tag names a commit: where the version is not on this machine, who has it writes the tag.
    func planAssignment(of deployment: Deployment, actor: Actor) throws -> ReferenceMove? {
        guard let serving = deployment.serving, !deployment.isRollingOut else { return nil }
        let number = deployment.lastMove.revision
        let reference = References.assignment(number, of: deployment.model, in: deployment.environment)
        guard try !isTaken(reference), let record = try? version(serving, of: deployment.model), try holds(record)
        else { return nil }
        var writer = LooseObjectWriter(repositoryAt: path)
        let tag = Tag(
            name: String(reference.dropFirst(References.tags.count)),
            target: try versionCommit(record),
            tagger: Identity(name: actor.name, email: actor.email, time: deployment.assigned),
            message: "\(deployment.environment) runs \(record.title)\n"
        )
        let id = try writer.write(tag, into: repository)
        try writer.commit()
        return ReferenceMove(reference: reference, from: nil, to: id, reason: "assign")
    }
}

extension Deployment {
    /// The revision in one sentence, as the commit's message.
    fileprivate func sentence(after previous: Deployment?) -> String {
        let before = previous?.serving?.version.description
        let now = serving?.version.description ?? "nothing"
        let why = reason.map { ": \"\($0)\"" } ?? ""
        let link = incident.map { ", incident \($0)" } ?? ""
        let moved = before.map { "\($0) -> \(now)" } ?? now
        let about = (recent.first?.subject ?? serving?.version)?.description ?? ""
        let subject =
            switch kind {
            case .deploy where isRollingOut:
                "roll out \(model) \(candidate?.version.description ?? "") beside \(now), \(rollout?.phrase ?? "")"
                    + (skippedChecks ? ", checks skipped" : "")
            case .deploy: "deploy \(model) \(moved)\(skippedChecks ? ", checks skipped" : "")"
            case .rollback: "roll back \(model) \(moved)"
            case .abort: "abort the rollout of \(model), back to \(now)"
            case .step: "step \(model): \(candidate?.version.description ?? "") gets \(rollout?.percent ?? 100) %"
            case .promote: "promote \(model) \(moved)"
            case .mark: "mark \(model) \(about) \(recent.first?.verdict?.rawValue ?? "")"
            case .annotate: "annotate deployment \(recent.first?.annotated ?? 0) of \(model)"
            case .hold, .unhold, .alarm, .remove: "\(kind.rawValue) \(model) \(about)"
            }
        return "\(subject)\(why)\(link) (\(actor))"
    }
}
