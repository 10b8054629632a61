package import ModelStore
package import Support

/// What runs where.
package struct Status: Sendable {
    package var environment: String?

    package init(environment: String?) { self.environment = environment }

    /// The environments and their models.
    package struct Report: Encodable, Sendable {
        /// One model in one environment.
        package struct Line: Encodable, Sendable {
            package let environment: String
            package let model: String
            package let serving: VersionNumber?
            package let digest: Digest?
            /// Since when it has had all traffic.
            package let since: Timestamp?
            package let revision: Int
            package let kind: Deployment.Kind
            package let actor: String
            package let reason: String?
            package let skippedChecks: Bool
            /// How a candidate comes to the traffic; `nil` where there is none.
            package let rollout: Rollout?
            package let lastGood: Deployment.LastGood?
            package let held: [Deployment.Hold]
            package let targets: [Target]
            package let followers: [Follower]
            /// What to type for a rollback; `nil` where there is nowhere to go.
            package let rollback: String?
            package let incident: String?
            /// Why the ledger of the model does not bear out what is deployed; `nil` when it does.
            package let problem: String?
        }

        /// A machine that makes an environment real, by its own word.
        package struct Follower: Encodable, Sendable {
            package let follower: String
            package let host: String
            package let place: String
            package let serves: VersionNumber?
            /// Whether that is what the ledger says.
            package let isCurrent: Bool
            package let problem: String?
            /// What it has seen of the candidate of a rollout.
            package let note: String?
            /// When it said so.
            package let time: Timestamp
        }

        /// One place where an environment is real.
        package struct Target: Encodable, Sendable {
            package let directory: String
            /// The unpacked folder that it serves, such as `v1.2.0-3f2a…`.
            package let serves: String?
            /// Whether that is what the ledger says; `nil` when it cannot be seen from here.
            package let isCurrent: Bool?
            /// What is wrong with what is deployed there, told by names and sizes.
            package let problems: [String]
            /// The line to type to put that right; `nil` when nothing is wrong.
            package let mend: String?
        }

        package let store: String
        /// The repository that it shares; `nil` for a store of its own.
        package let remote: RemoteState?
        /// When it was read.
        package let time: Timestamp
        package let environments: [Line]
        /// Environments that have rules but run nothing.
        package let empty: [String]
        /// Branches that cannot be read, and why.
        package let damaged: [DamagedLedger]

        /// Whether every directory that can be seen serves what the ledger says, undamaged.
        package var isAsRecorded: Bool {
            environments.allSatisfy {
                $0.problem == nil && $0.targets.allSatisfy { $0.isCurrent != false && $0.problems.isEmpty }
                    && $0.followers.allSatisfy { $0.isCurrent && $0.problem == nil }
            }
        }
    }

    /// Reads the environments of the store, and looks what their directories serve.
    package func run(in invocation: Invocation) async throws -> Report {
        let (store, problem) = try await invocation.openStoreTolerantly()
        let known = try store.environments()
        if let environment, !known.contains(environment) {
            throw StoreError.noEnvironment(
                environment,
                known: known,
                otherwise: "nothing was deployed yet: mlops deploy MODEL --env \(environment)"
            )
        }
        var lines: [Report.Line] = []
        var empty: [String] = []
        var damaged: [DamagedLedger] = []
        for name in environment.map({ [$0] }) ?? known {
            let (states, unreadable) = try store.ledgers(of: name)
            let (policy, unreadableRules) = store.readablePolicy(of: name)
            if states.isEmpty && unreadable.isEmpty && unreadableRules.isEmpty { empty.append(name) }
            damaged += unreadable + unreadableRules
            let receipts = try store.receipts(of: name)
            for state in states {
                guard let deployment = state.deployment else { continue }
                let place = states.count == 1 ? name : "\(name) \(state.model)"
                let targets = try look(at: deployment, policy, store, invocation)
                let followers = receipts.map { follower($0, deployment) }
                // Where a follower speaks, a directory of another machine has nothing to add.
                let seen = followers.isEmpty ? targets : targets.filter { $0.isCurrent != nil }
                let problem = store.contradiction(in: deployment)
                lines.append(line(deployment, seen, followers, deployment.wayBack(from: place), problem))
            }
        }
        let remote = try store.remoteState(problem: problem)
        return Report(
            store: store.path,
            remote: remote,
            time: invocation.clock.now(),
            environments: lines,
            empty: empty,
            damaged: damaged
        )
    }

    /// What the directories of an environment serve of a model.
    private func look(
        at deployment: Deployment,
        _ policy: Policy?,
        _ store: Store,
        _ invocation: Invocation
    ) throws -> [Report.Target] {
        // Where nothing runs, nothing can lag behind.
        guard let serving = deployment.serving, let policy else { return [] }
        let targets = try invocation.targets(of: policy, model: deployment.model, in: store)
        let expected = Result {
            let record = try store.version(serving, of: deployment.model)
            return (record, try store.manifest(of: record))
        }
        let reachable = targets.reachable.map { target in
            var (problems, mend): ([String], String?) = ([], nil)
            switch expected {
            case .success(let (record, manifest)):
                problems = target.problems(serving: serving, manifest, by: .sizes)
                mend = problems.isEmpty ? nil : record.mending(in: deployment.environment)
            case .failure(let error):
                problems = ["the store cannot say which files belong there: \(error)"]
            }
            return Report.Target(
                directory: target.name,
                serves: target.current,
                isCurrent: target.serves(serving),
                problems: problems,
                mend: mend
            )
        }
        let unseen = targets.unseen.map {
            Report.Target(directory: $0, serves: nil, isCurrent: nil, problems: [], mend: nil)
        }
        return reachable + unseen
    }

    private func follower(_ receipt: Receipt, _ deployment: Deployment) -> Report.Follower {
        let served = receipt.served(deployment.model)
        return Report.Follower(
            follower: receipt.follower,
            host: receipt.host,
            place: receipt.place,
            serves: served?.version?.version,
            isCurrent: served?.version == deployment.serving,
            problem: served?.problem,
            note: served?.note,
            time: receipt.time
        )
    }

    private func line(
        _ deployment: Deployment,
        _ targets: [Report.Target],
        _ followers: [Report.Follower],
        _ rollback: String?,
        _ problem: String?
    ) -> Report.Line {
        let serving = deployment.serving
        return Report.Line(
            environment: deployment.environment,
            model: deployment.model,
            serving: serving?.version,
            digest: serving?.digest,
            since: serving.flatMap { deployment.standing(of: $0) }?.servingSince,
            revision: deployment.revision,
            kind: deployment.lastMove.kind,
            actor: deployment.lastMove.actor,
            reason: deployment.lastMove.reason,
            skippedChecks: deployment.lastMove.skippedChecks,
            rollout: deployment.rollout,
            lastGood: deployment.lastGood,
            held: deployment.held,
            targets: targets,
            followers: followers,
            rollback: rollback,
            incident: deployment.lastMove.incident,
            problem: problem
        )
    }
}
