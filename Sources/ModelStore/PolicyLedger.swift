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

    /// Records the rules of an environment.
    package func record(_ policy: Policy, actor: Actor) throws {
        try Names.validate(policy.environment, as: "an environment")
        try locked { store in
            let branch = References.policy(of: policy.environment)
            let tip = try store.tip(of: branch)
            var writer = LooseObjectWriter(repositoryAt: store.path)
            let tree = try writer.write(
                changes: [("policy.json", try JSON.encode(policy))],
                to: nil,
                into: store.repository
            )
            try store.commit(
                tree: tree,
                to: branch,
                from: tip?.commit,
                actor: actor,
                message: "\(tip == nil ? "record" : "change") the policy of \(policy.environment)",
                writer: &writer
            )
        }
    }
}
