internal import Git
internal import Support

extension Store {
    /// The rules of an environment; `nil` when none were recorded.
    package func policy(of environment: String) throws -> Policy? {
        guard let tip = try tip(of: References.policy(of: environment)),
            let bytes = try repository.blob(at: "policy.json", in: tip.tree)
        else { return nil }
        return try JSON.decode(Policy.self, from: bytes, source: "the policy of \(environment)")
    }

    /// Records the rules of an environment in place of those that the caller has looked at.
    ///
    /// Throws ``StoreError`` (13) when somebody else has recorded other ones meanwhile.
    package func record(_ policy: Policy, replacing known: Policy?, actor: Actor) async throws {
        try Names.validate(policy.environment, as: "an environment")
        try await change(References.policy(of: policy.environment)) { store in
            let recorded = try store.policy(of: policy.environment)
            if recorded == policy { return ((), Change()) }
            try store.refuseTakenName(ofEnvironment: policy.environment)
            guard recorded == known else {
                throw StoreError(
                    .conflict,
                    "the rules of \(policy.environment) were changed meanwhile",
                    hints: ["look at them (mlops environment show \(policy.environment)) and run the command again"]
                )
            }
            let branch = References.policy(of: policy.environment)
            var writer = LooseObjectWriter(repositoryAt: store.path)
            let tree = try writer.write(
                changes: [("policy.json", try JSON.encode(policy))],
                to: nil,
                into: store.repository
            )
            let move = try store.planCommit(
                tree: tree,
                on: branch,
                after: try store.tip(of: branch)?.commit,
                actor: actor,
                message: "\(known == nil ? "record" : "change") the policy of \(policy.environment)",
                writer: &writer
            )
            return ((), Change(moves: [move]))
        }
    }
}
