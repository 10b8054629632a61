internal import ModelStore
internal import Support

/// How a version comes to the traffic of an environment, as far as it can there.
struct RolloutPlan {
    /// `nil` where it takes all traffic at once.
    let rollout: Rollout?
    /// Why that is not what was asked for.
    let note: String?

    /// Plans what `deploy` asks for, or else the rules of the environment.
    ///
    /// Throws ``StoreError``: shares that do not rise to 100 (64), a strategy that only newer tools know (12).
    init(_ deploy: Deploy, of version: VersionReference, _ move: Move, at time: Timestamp) throws {
        let strategy = try deploy.strategy ?? Self.usual(move.policy)
        let steps = deploy.steps ?? Rollout.usualSteps
        guard Rollout.areSteps(steps) else {
            throw StoreError(
                .usage,
                "the shares of a canary rise to 100, found \(steps.map(String.init).joined(separator: ","))",
                hints: ["as in: --steps \(Rollout.usualSteps.map(String.init).joined(separator: ","))"]
            )
        }
        note = strategy == .direct ? nil : try Self.obstacle(move).map { "all traffic at once: \($0)" }
        guard strategy != .direct, note == nil else {
            rollout = nil
            return
        }
        rollout = Rollout(
            strategy,
            of: version,
            steps: steps,
            stepTime: deploy.stepTime ?? Rollout.usualStepTime,
            minRequests: deploy.minRequests ?? Rollout.usualMinRequests,
            at: time
        )
    }

    /// What the rules of an environment say.
    private static func usual(_ policy: Policy) throws -> Strategy {
        guard let strategy = Strategy(rawValue: policy.strategy) else {
            throw StoreError(
                .integrity,
                "the rules of \(policy.environment) name a strategy that is not known here: `\(policy.strategy)`",
                hints: ["name one: --strategy \(Strategy.allCases.map(\.rawValue).joined(separator: ", "))"]
            )
        }
        return strategy
    }

    /// What keeps traffic from being shared out; `nil` where nothing does.
    private static func obstacle(_ move: Move) throws -> String? {
        guard move.state.deployment?.serving != nil else { return "no other version has it yet" }
        guard move.policy.targets.isEmpty else { return "a directory holds one version at a time" }
        let followers = try move.followers()
        guard followers.isEmpty || followers.contains(where: \.isServer) else {
            return "what follows \(move.state.environment) are directories, which hold one version at a time"
        }
        return nil
    }
}

extension Receipt {
    /// Whether it is one of `mlops serve`, which can share traffic out.
    var isServer: Bool { place.hasPrefix("http://") || place.hasPrefix("https://") }
}
