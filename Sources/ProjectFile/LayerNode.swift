/// One layer as the project file writes it: a name, and options that only the training core understands.
package struct LayerNode: Sendable {
    /// Keras's name in snake case, such as `dense`.
    package let name: String
    package let options: ProjectNode?
    package let node: ProjectNode

    package init(name: String, options: ProjectNode?, node: ProjectNode) {
        self.name = name
        self.options = options
        self.node = node
    }

    /// A list of layers, with at least one; none where there is no node.
    package static func list(_ node: ProjectNode?) throws(ProjectError) -> [LayerNode] {
        guard let node else { return [] }
        let layers = try node.list().map { (item) throws(ProjectError) in
            let (name, options) = try item.wordWithOptions()
            return LayerNode(name: name, options: options, node: item)
        }
        guard !layers.isEmpty else { throw node.error("`\(node.path)`: expected at least one layer, found none") }
        return layers
    }
}
