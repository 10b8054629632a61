package import Support

/// Numbers with a name and a shape, row after row, such as `dense_1/kernel` of shape `[inputs, units]`.
package struct NamedTensor: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]

    /// Takes over `values`, as many as the shape says.
    package init(name: String, shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "a tensor of shape \(shape) has that many values")
        self.name = name
        self.shape = shape
        self.values = values
    }

    /// The same tensor under another name.
    func renamed(_ name: String) -> NamedTensor { NamedTensor(name: name, shape: shape, values: values) }
}

/// Parameters that do not belong to a network: which tensor, what was expected and what was received.
package struct ParameterError: Failure, Equatable {
    package let name: String
    package let expected: String
    package let received: String

    package var description: String { "parameter `\(name)`: expected \(expected), received \(received)" }
    package var kind: FailureKind { .integrity }
}
