internal import ModelStore
internal import Support

/// Shows the rules of the environments, as recorded, and where the project file differs.
package struct ShowEnvironments: Sendable {
    package var environment: String?

    package init(environment: String?) { self.environment = environment }

    /// The rules.
    package struct Report: Encodable, Sendable {
        /// One environment.
        package struct Line: Encodable, Sendable {
            package let environment: String
            package let directories: [String]
            package let requires: [String]
            package let strategy: String
            /// In seconds.
            package let bakeTime: Int
            package let alarms: [String]
            /// Whether the rules are recorded, not only proposed.
            package let isRecorded: Bool
            /// Where the project file proposes something else.
            package let differences: [String]
        }

        package let environments: [Line]
    }

    /// Reads the policies of the store.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let proposed = try invocation.proposedPolicies()
        let names = Set(try store.environments() + proposed.map(\.environment)).sorted()
        let wanted = try environment.map { name in
            guard names.contains(name) else {
                throw StoreError.noEnvironment(name, known: names)
            }
            return [name]
        }
        let lines: [Report.Line] = try (wanted ?? names).map { name in
            let recorded = try store.policy(of: name)
            let proposal = proposed.first { $0.environment == name }
            let policy = recorded ?? proposal ?? Policy(environment: name)
            return Report.Line(
                environment: name,
                directories: policy.targets.map(\.directory),
                requires: policy.requires,
                strategy: policy.strategy,
                bakeTime: policy.bakeTime,
                alarms: policy.alarms,
                isRecorded: recorded != nil,
                differences: recorded.flatMap { proposal?.differences(from: $0) } ?? []
            )
        }
        return Report(environments: lines)
    }
}
