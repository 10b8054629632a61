package import Support

/// The rules of an environment: `policy.json` on its policy branch.
package struct Policy: JSONDocument, Hashable {
    package static let schema = Schema("policy", 1)

    /// A place where the environment becomes real.
    package struct Target: Codable, Hashable, Sendable {
        /// A directory that the model is unpacked into.
        package let directory: String

        package init(directory: String) { self.directory = directory }
    }

    package let environment: String
    package let targets: [Target]
    /// The checks that a version needs before it may go live, such as `test`.
    package let requires: [String]
    /// How traffic moves to a new version.
    package let strategy: String
    /// How many seconds a version must have had all traffic, without an alarm, to count as good.
    package let bakeTime: Int
    /// The alarms that count against a version.
    package let alarms: [String]

    package static let defaultBakeTime = 3600

    package init(
        environment: String,
        targets: [Target] = [],
        requires: [String] = [],
        strategy: String = "direct",
        bakeTime: Int = defaultBakeTime,
        alarms: [String] = []
    ) {
        self.environment = environment
        self.targets = targets
        self.requires = requires
        self.strategy = strategy
        self.bakeTime = bakeTime
        self.alarms = alarms
    }

    /// One line for each rule in which the two differ, as `requires: [test] -> [test, validate]`.
    package func differences(from old: Policy) -> [String] {
        var lines: [String] = []
        func compare(_ name: String, _ before: String, _ after: String) {
            if before != after { lines.append("\(name): \(before) -> \(after)") }
        }
        func list(_ words: [String]) -> String { "[\(words.joined(separator: ", "))]" }
        compare("targets", list(old.targets.map(\.directory)), list(targets.map(\.directory)))
        compare("requires", list(old.requires), list(requires))
        compare("strategy", old.strategy, strategy)
        compare("bake_time", "\(old.bakeTime) s", "\(bakeTime) s")
        compare("alarms", list(old.alarms), list(alarms))
        return lines
    }
}
