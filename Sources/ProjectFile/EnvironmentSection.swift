internal import Support

/// The rules of an environment as the project proposes them.
package struct EnvironmentSection: Sendable {
    package let name: String
    package let directory: String?
    package let requires: [String]
    package let strategy: String
    /// In seconds; `nil` for the usual hour.
    package let bakeTime: Int?
    package let alarms: [String]
    package let node: ProjectNode

    private static let strategies = ["direct", "canary", "blue_green", "shadow"]

    static func list(_ node: ProjectNode) throws(ProjectError) -> [EnvironmentSection] {
        var section = try node.section()
        var environments: [EnvironmentSection] = []
        for (name, value) in section.all() {
            var inner = try value.section()
            let environment = EnvironmentSection(
                name: name,
                directory: try inner.optional("directory").map { (node) throws(ProjectError) in try directory(node) },
                requires: try inner.optional("requires")?.strings() ?? [],
                strategy: try inner.optional("strategy")?.word(of: strategies) ?? "direct",
                bakeTime: try inner.optional("bake_time").map { (node) throws(ProjectError) in try node.duration() },
                alarms: try inner.optional("alarms")?.strings() ?? [],
                node: value
            )
            try inner.finish()
            if let directory = environment.directory,
                let other = environments.first(where: {
                    $0.directory.map(Path.normalized) == Path.normalized(directory)
                })
            {
                throw value.error(
                    "`\(value.path)`: expected a directory of its own, found `\(directory)`, that of `\(other.name)`",
                    hints: ["each deployment would replace what the other environment runs"]
                )
            }
            environments.append(environment)
        }
        return environments
    }

    /// A directory below the project, or an absolute one.
    private static func directory(_ node: ProjectNode) throws(ProjectError) -> String {
        let text = try node.string()
        let normalized = Path.normalized(text)
        guard text.hasPrefix("/") || (normalized != ".." && !normalized.hasPrefix("../")) else {
            throw node.error(
                "`\(node.path)`: expected a directory inside the project or an absolute path, found `\(text)`",
                hints: ["a path that leads out of the project would mean another place in another checkout"]
            )
        }
        return text
    }
}
