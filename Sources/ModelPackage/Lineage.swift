package import Support

/// What a version was made from, as digests: versions with equal ones were made the same way.
package struct Lineage: Codable, Hashable, Sendable {
    /// The package that training started from, or that this one is meant to replace.
    package var parent: Digest?
    /// The inputs and outputs.
    package var signature: Digest?
    /// How it was trained: network, features, loss, optimizer, epochs, batch size, split; not the data, not the seed.
    package var recipe: Digest?
    /// The data and the seed.
    package var data: Digest?
    /// The file that the weights were imported from; `nil` for what was trained here.
    package var imported: Digest?

    package init(
        parent: Digest? = nil,
        signature: Digest? = nil,
        recipe: Digest? = nil,
        data: Digest? = nil,
        imported: Digest? = nil
    ) {
        self.parent = parent
        self.signature = signature
        self.recipe = recipe
        self.data = data
        self.imported = imported
    }
}
