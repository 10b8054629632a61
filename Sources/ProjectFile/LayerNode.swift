/// One layer as the project file writes it: a name, and options that only the training core understands.
package struct LayerNode: Sendable {
    /// Keras's name in snake case, such as `dense`.
    package let name: String
    package let options: ProjectNode?
    package let node: ProjectNode

    static func list(_ node: ProjectNode?) throws(ProjectError) -> [LayerNode] {
        guard let node else { return [] }
        let layers = try node.list().map { (item) throws(ProjectError) in
            let (name, options) = try item.wordWithOptions()
            return LayerNode(name: name, options: options, node: item)
        }
        guard !layers.isEmpty else { throw node.error("`network`: expected at least one layer, found none") }
        return layers
    }
}
