internal import Git
internal import Support

/// What was deployed, rolled back or held offline, as it goes on top of what the remote has.
struct EnvironmentQueue {
    /// The branch as it is to be at the remote; `nil` when nothing of it is new there.
    var tip: ObjectID?
    /// What each of our deployments became there.
    var replayed: [Deployment] = []
}

extension Store {
    /// Plans how the ledger of an environment goes on at the remote with what was done offline.
    ///
    /// Rollbacks, holds and marks are told once more on top of whatever came meanwhile: whoever went back while the line was cut did
    /// so for a reason that a new version does not know. A deployment is not: it was decided on what ran then. It ends in a
    /// conflict (13), unless `replayingDeployments` says that it is still meant.
    ///
    /// What is said of a version is said of its package: the number is the one that the package has at the remote. Throws
    /// ``UnknownThere`` for a package that the remote does not know yet.
    func planQueue(
        of environment: String,
        model: String,
        from local: ObjectID,
        onto remote: ObjectID?,
        replayingDeployments: Bool
    ) throws -> EnvironmentQueue {
        let relation = try relation(of: local, to: remote)
        let told = try alreadyTold(at: remote, since: relation)
        var own: [(id: ObjectID, commit: Commit, deployment: Deployment, events: [DeploymentEvent])] = []
        var isMoved = false
        for id in relation.queued where !told.contains("\(id)") {
            let (deployment, commit) = (try deployment(at: id), try repository.commit(id))
            let previous = try commit.parents.first.map { try self.deployment(at: $0) }
            let events = try deployment.events(after: previous, reference: { try reference($0, of: model) }) ?? []
            let there = try events.map {
                try $0.renumbered { try number(of: $0, amongVersionsOf: model, for: environment) }
            }
            if events.map(\.target?.version) != there.map(\.target?.version) { isMoved = true }
            own.append((id, commit, deployment, there))
        }
        if case .ahead = relation, !isMoved {
            return EnvironmentQueue(tip: local, replayed: own.map(\.deployment))
        }
        var state = EnvironmentState(
            environment: environment,
            model: model,
            deployment: try remote.map { try deployment(at: $0) },
            tip: remote
        )
        var queue = EnvironmentQueue(tip: nil)
        for (id, commit, own, events) in own {
            if own.kind == .deploy, relation.isDiverged, !replayingDeployments {
                throw StoreError.overtaken(own, by: state.deployment, in: path)
            }
            for event in events where event.changes(state.deployment) {
                try refuseFreed(event, of: model)
                var context = DeploymentContext(
                    actor: own.actor,
                    time: clock.now(),
                    reason: own.reason,
                    incident: own.incident,
                    bakeTime: (try? policy(of: environment))?.bakeTime ?? Policy.defaultBakeTime
                )
                context.freed = try freedVersions(among: state.deployment)
                var next = Deployment.next(
                    after: state.deployment,
                    environment: environment,
                    model: model,
                    event: event,
                    context: context
                )
                next.offline = own.offline ?? Deployment.Offline(commit: "\(id)", time: own.time)
                let move = try planRevision(
                    next,
                    after: state,
                    actor: Actor(name: commit.author.name, email: commit.author.email)
                )
                state = EnvironmentState(environment: environment, model: model, deployment: next, tip: move.to)
                queue.tip = move.to
                queue.replayed.append(next)
            }
        }
        return queue
    }

    /// Our commits that the remote has been told already, by somebody who was killed before he could note it here.
    private func alreadyTold(at remote: ObjectID?, since relation: Relation) throws -> Set<String> {
        guard case .diverged(let base, _) = relation else { return [] }
        var told: Set<String> = []
        var next = remote
        while let id = next, id != base {
            if let commit = try deployment(at: id).offline?.commit { told.insert(commit) }
            next = try repository.commit(id).parents.first
        }
        return told
    }

    private func reference(_ version: VersionNumber, of model: String) throws -> VersionReference {
        VersionReference(try self.version(version, of: model))
    }

    /// The number that a package has in the ledger of the remote.
    private func number(
        of version: VersionReference,
        amongVersionsOf model: String,
        for environment: String
    ) throws -> VersionNumber {
        guard let tip = try repository.reference(References.tracking(References.ledger(of: model))),
            let number = try self.number(with: version.digest, in: try repository.commit(tip).tree)
        else { throw UnknownThere(environment: environment, model: model, version: version) }
        return number
    }
}

/// A version that something was said of offline, and that the remote does not know.
struct UnknownThere: Failure {
    let environment: String
    let model: String
    let version: VersionReference

    var description: String {
        "\(model) \(version.version) (sha256:\(version.digest.short)) was spoken of offline, and is no version at the remote"
    }
    var kind: FailureKind { .conflict }
    var hints: [String] { ["take back what was said of it: mlops push --drop '\(environment) \(model)'"] }
}

extension DeploymentEvent {
    /// The same about versions whose numbers have changed.
    fileprivate func renumbered(_ number: (VersionReference) throws -> VersionNumber) rethrows -> DeploymentEvent {
        func moved(_ reference: VersionReference) throws -> VersionReference {
            VersionReference(version: try number(reference), digest: reference.digest)
        }
        return switch self {
        case .deploy(let target, let skipped, let changes):
            .deploy(try moved(target), skippedChecks: skipped, signatureChanges: changes)
        case .rollOut(let rollout, let skipped, let changes):
            .rollOut(
                rollout.renamed(to: try moved(rollout.candidate)),
                skippedChecks: skipped,
                signatureChanges: changes
            )
        case .rollback(let target, let holding, let changes):
            .rollback(try moved(target), holding: holding, signatureChanges: changes)
        case .hold(let target): .hold(try moved(target))
        case .unhold(let target): .unhold(try moved(target))
        case .mark(let target, let isGood): .mark(try moved(target), isGood: isGood)
        case .step, .promote, .abort, .alarm, .annotate: self
        }
    }

    /// The version that it is about.
    var target: VersionReference? {
        switch self {
        case .deploy(let target, _, _), .rollback(let target, _, _), .hold(let target), .unhold(let target),
            .mark(let target, _):
            target
        case .rollOut(let rollout, _, _): rollout.candidate
        case .step, .promote, .abort, .alarm, .annotate: nil
        }
    }

    /// Whether it would change anything where `deployment` is the newest.
    fileprivate func changes(_ deployment: Deployment?) -> Bool {
        guard let deployment else { return true }
        return switch self {
        case .rollback(let target, _, _): deployment.serving != target || deployment.isRollingOut
        case .deploy(let target, _, _): deployment.serving != target || deployment.isRollingOut
        case .rollOut(let rollout, _, _): deployment.candidate != rollout.candidate
        case .hold(let target): deployment.hold(on: target) == nil
        case .unhold(let target): deployment.hold(on: target) != nil
        case .step, .promote, .abort: deployment.isRollingOut
        case .mark, .alarm, .annotate: true
        }
    }
}

extension StoreError {
    /// A deployment that was made offline, where others have deployed since.
    fileprivate static func overtaken(_ own: Deployment, by other: Deployment?, in store: String) -> StoreError {
        let place = "\(own.environment) \(own.model)"
        let theirs = other.map { "deployment \($0.revision) by \($0.actor) at \($0.time)" } ?? "other changes"
        return StoreError(
            .conflict,
            "\(own.model) \(own.serving?.version.description ?? "") was deployed to \(own.environment) offline at \(own.time), "
                + "and the remote has \(theirs) since",
            hints: [
                "if it is still meant: mlops push --replay-deployments",
                "if it is not: mlops push --drop '\(place)' takes back what was done to it offline",
            ]
        )
    }
}
