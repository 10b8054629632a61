internal import ModelStore
internal import ProjectFile
internal import Support

/// The rules of an environment, recorded and proposed.
extension Invocation {
    /// The rules that `mlops.yaml` proposes for an environment; `nil` when it says nothing about it.
    func proposedPolicy(for environment: String) throws -> Policy? {
        try proposedPolicies().first { $0.environment == environment }
    }

    /// All rules that `mlops.yaml` proposes, in its order.
    func proposedPolicies() throws -> [Policy] {
        guard let (project, directory) = try readProjectIfAny(), let sections = project.environments else { return [] }
        let root = try locateStore().project
        return try sections.map { section in
            try Names.validate(section.name, as: "an environment")
            // The store knows paths from where it stands, and absolute ones where that is nowhere near.
            let target = section.directory.map { path in
                let absolute = Path.resolve(path, in: directory)
                guard !path.hasPrefix("/"), let root, absolute.hasPrefix("\(root)/") else { return absolute }
                return directory == root ? path : String(absolute.dropFirst(root.count + 1))
            }
            return Policy(
                environment: section.name,
                targets: target.map { [.init(directory: $0)] } ?? [],
                requires: section.requires,
                strategy: section.strategy,
                bakeTime: section.bakeTime ?? Policy.defaultBakeTime,
                alarms: section.alarms
            )
        }
    }

    /// Where a new version can go first: the first environment that the project names, or the only one of the store.
    ///
    /// It is a hint for what is done already, so that rules nobody can read are no failure here.
    func firstEnvironment(in store: Store) -> String? {
        if let first = (try? proposedPolicies())?.first { return first.environment }
        let known = (try? store.environments()) ?? []
        return known.count == 1 ? known[0] : nil
    }

    /// The rules that a deployment goes by.
    ///
    /// The recorded ones, which must be the proposed ones. For an environment that was never recorded they are what the
    /// project proposes, to be recorded with the first deployment; `isNew` says so. Throws ``StoreError``: no such
    /// environment (14), rules differ (15).
    func policyForDeployment(to environment: String, _ store: Store) throws -> (policy: Policy, isNew: Bool) {
        let proposed = try proposedPolicy(for: environment)
        guard let recorded = try store.policy(of: environment) else {
            guard let proposed else {
                try Names.validate(environment, as: "an environment")
                let known = Set(try store.environments() + (try proposedPolicies().map(\.environment))).sorted()
                // Where followers know their directories, a directory of this machine would be one too many.
                let section = store.remote == nil ? "directory: deployed/\(environment)" : ""
                throw StoreError.noEnvironment(
                    environment,
                    known: known,
                    otherwise: "add to mlops.yaml: environments: {\(environment): {\(section)}}"
                )
            }
            try store.refuseTakenName(ofEnvironment: environment)
            return (proposed, true)
        }
        if let proposed {
            let differences = proposed.differences(from: recorded)
            guard differences.isEmpty else {
                throw StoreError(
                    .policyDiffers,
                    "mlops.yaml proposes other rules for \(environment) than the store has: "
                        + differences.joined(separator: "; "),
                    hints: ["look at them and record them: mlops environment apply"]
                )
            }
        }
        return (recorded, false)
    }

    /// `production`, or `production fashion` where the environment runs several models.
    func place(of model: String, in environment: String, _ store: Store) -> String {
        let others = (try? store.states(of: environment).contains { $0.model != model }) ?? true
        return others ? "\(environment) \(model)" : environment
    }

    /// The directories in which an environment is real for a model, as far as they are on this machine.
    ///
    /// The rules of a shared store hold for many machines: there, a directory is one of this machine if the model was deployed to it
    /// here, or is about to be, by a deployment from the project that names it. So no rule that came over a line makes anybody
    /// write where nobody has deployed to.
    func targets(of policy: Policy, model: String, in store: Store, deploying: Bool = false) throws -> PolicyTargets {
        let project = try locateStore().project
        let named = deploying ? try proposedPolicy(for: policy.environment)?.targets ?? [] : []
        var targets = PolicyTargets(reachable: [], unseen: [])
        for target in policy.targets {
            let isAbsolute = target.directory.hasPrefix("/")
            let path = isAbsolute ? target.directory : project.map({ Path.resolve(target.directory, in: $0) })
            let here = path.map { DirectoryTarget(name: target.directory, path: $0, model: model) }
            if let here, store.remote == nil || named.contains(target) || here.wasDeployedTo {
                targets.reachable.append(here)
            } else {
                targets.unseen.append(target.directory)
            }
        }
        return targets
    }
}

/// The directories of a policy, as they are seen from here.
struct PolicyTargets {
    var reachable: [DirectoryTarget]
    /// Those of other machines, and relative ones where the store stands in no project, as a clone of it does.
    var unseen: [String]
}
