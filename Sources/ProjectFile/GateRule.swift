/// A threshold on a metric that a model must meet to be registered.
package struct GateRule: Sendable {
    package let metric: String
    package let atLeast: Double?
    package let atMost: Double?
    package let node: ProjectNode

    static func list(_ node: ProjectNode?) throws(ProjectError) -> [GateRule] {
        guard let node else { return [] }
        var section = try node.section()
        var rules: [GateRule] = []
        for (metric, value) in section.all() {
            var inner = try value.section()
            let rule = GateRule(
                metric: metric,
                atLeast: try inner.optional("at_least")?.number(),
                atMost: try inner.optional("at_most")?.number(),
                node: value
            )
            try inner.finish()
            guard rule.atLeast != nil || rule.atMost != nil else {
                throw value.error("`\(value.path)`: expected at_least or at_most with a number")
            }
            rules.append(rule)
        }
        return rules
    }
}
