/// What a model says of one of its inputs or outputs.
package struct TensorDescription: Sendable, Hashable {
    package let name: String
    package let type: DataType
    /// With -1 in front for the number of rows.
    package let shape: [Int]

    package init(name: String, type: DataType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }

    /// The values of one row.
    var width: Int { shape.dropFirst().reduce(1, *) }
}
