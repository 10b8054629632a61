internal import ModelStore
internal import Serving
internal import Support

/// Moves the rollouts of an environment on, or ends them, by what one server sees.
///
/// What it does is a revision like any other, on the condition that the deployment is still the one that was looked at: it never
/// undoes what a person has done meanwhile.
struct RolloutPilot {
    let environment: String
    /// The name of the follower.
    let name: String
    let invocation: Invocation
    private let stopwatch = Stopwatch()
    private var watch = RolloutWatch()

    init(_ environment: String, by name: String, _ invocation: Invocation) {
        self.environment = environment
        self.name = name
        self.invocation = invocation
    }

    /// Looks at what is rolled out, and does what follows from it; `problems` are versions that could not be loaded.
    mutating func look(at place: FollowedServer, _ problems: [String: String]) async throws {
        let deployments = place.rollouts
        guard !deployments.isEmpty || !problems.isEmpty else { return }
        let traffic = try await place.traffic()
        for deployment in deployments {
            switch watch.look(at: deployment, traffic, at: stopwatch.seconds) {
            case .wait: break
            case .begin: try await place.forgetNumbers()
            case .advance(let reason): try await change(deployment, .advance, reason)
            case .abort(let reason): try await change(deployment, .abort, reason)
            }
            place.note(watch.note(on: deployment.model), on: deployment.model)
        }
        for (model, problem) in problems.sorted(by: { $0.key < $1.key }) {
            try await giveUp(model, problem)
        }
    }

    /// Ends a rollout whose candidate cannot be loaded.
    private func giveUp(_ model: String, _ problem: String) async throws {
        let store = try invocation.openStoreAsItIs()
        guard let deployment = try store.state(of: environment, model: model).deployment, deployment.isRollingOut else {
            return
        }
        try await change(deployment, .abort, "\(name) cannot load it: \(problem)")
    }

    private enum Change { case advance, abort }

    private func change(_ deployment: Deployment, _ change: Change, _ reason: String) async throws {
        do {
            try await self.change(deployment, change, reason, invocation)
        } catch let failure as any Failure where failure.isOfRemote && change == .abort {
            // The line is down: a bad candidate leaves this server all the same, and the others hear of it later.
            var alone = invocation
            alone.isOffline = true
            try await self.change(deployment, change, reason, alone)
        } catch let error as StoreError where error.kind == .conflict {
            // Somebody else has moved it: what is so now is looked at next.
        }
    }

    private func change(
        _ deployment: Deployment,
        _ change: Change,
        _ reason: String,
        _ invocation: Invocation
    ) async throws {
        let store = try invocation.openStoreAsItIs(writing: true)
        let state = try store.state(of: environment, model: deployment.model)
        guard state.deployment?.lastMove.revision == deployment.lastMove.revision else { return }
        let event: DeploymentEvent =
            switch change {
            case .abort: .abort(holding: true)
            case .advance: deployment.rollout?.nextPercent == nil ? .promote : .step
            }
        let policy = (try? store.policy(of: environment)) ?? nil ?? Policy(environment: environment)
        let next = try await store.advance(
            state,
            by: event,
            context: DeploymentContext(
                actor: name,
                time: invocation.clock.now(),
                reason: reason,
                bakeTime: policy.bakeTime
            ),
            actor: Actor(name: name, email: "\(name)@\(Receipt.thisHost)")
        )
        let version = deployment.candidate.map { "\($0.version)" } ?? ""
        let what =
            switch next.kind {
            case .abort: "ABORTED \(deployment.model) \(version): \(reason)"
            case .promote: "\(deployment.model) \(version) takes all traffic: \(reason)"
            default: "\(deployment.model) \(version) gets \(next.rollout?.percent ?? 100) %: \(reason)"
            }
        invocation.progress.note("\(environment)  \(what) (deployment \(next.revision))")
    }
}
