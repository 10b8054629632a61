internal import ModelStore

/// Records the rules that `mlops.yaml` proposes, and shows what changes.
package struct ApplyEnvironments: Sendable {
    package var dryRun: Bool

    package init(dryRun: Bool) { self.dryRun = dryRun }

    /// What was recorded.
    package struct Report: Encodable, Sendable {
        /// One environment.
        package struct Line: Encodable, Sendable {
            package let environment: String
            package let isNew: Bool
            /// One line for each rule that changes.
            package let changes: [String]
        }

        package let environments: [Line]
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Records what changes, and says what it was.
    package func run(in invocation: Invocation) async throws -> Report {
        _ = try invocation.readProject()
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        var lines: [Report.Line] = []
        for proposed in try invocation.proposedPolicies() {
            let recorded = try store.policy(of: proposed.environment)
            let changes = proposed.differences(from: recorded ?? Policy(environment: proposed.environment))
            lines.append(
                Report.Line(environment: proposed.environment, isNew: recorded == nil, changes: changes)
            )
            if !dryRun && (recorded == nil || !changes.isEmpty) {
                try await store.record(proposed, replacing: recorded, actor: invocation.actor)
            }
        }
        return Report(
            environments: lines,
            changed: !dryRun && lines.contains { $0.isNew || !$0.changes.isEmpty },
            dryRun: dryRun
        )
    }
}
