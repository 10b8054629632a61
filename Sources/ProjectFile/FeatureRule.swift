/// What is done to the columns that a pattern names, before the network sees them.
package struct FeatureRule: Sendable {
    /// One step of the chain: `standardize`, or `one_hot` with its options.
    package struct Step: Sendable {
        package let name: String
        package let options: ProjectNode?
        package let node: ProjectNode
    }

    /// A column's name, or a pattern with `*`.
    package let pattern: String
    package let steps: [Step]
    package let node: ProjectNode

    static func list(_ node: ProjectNode?) throws(ProjectError) -> [FeatureRule] {
        guard let node else { return [] }
        var section = try node.section()
        var rules: [FeatureRule] = []
        for (pattern, value) in section.all() {
            rules.append(FeatureRule(pattern: pattern, steps: try steps(value), node: value))
        }
        return rules
    }

    private static func steps(_ node: ProjectNode) throws(ProjectError) -> [Step] {
        let items: [ProjectNode] = if case .list(let items) = node.content { items } else { [node] }
        return try items.map { (item) throws(ProjectError) in
            let (name, options) = try item.wordWithOptions()
            return Step(name: name, options: options, node: item)
        }
    }
}
