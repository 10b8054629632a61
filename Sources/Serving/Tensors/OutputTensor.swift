/// One named output of an answer.
package struct OutputTensor: Sendable, Equatable {
    package let name: String
    package let type: DataType
    /// With the number of rows in front.
    package let shape: [Int]
    package let values: TensorValues

    package init(name: String, type: DataType, shape: [Int], values: TensorValues) {
        precondition(elementCount(shape) == values.count, "a tensor has as many values as its shape says")
        self.name = name
        self.type = type
        self.shape = shape
        self.values = values
    }

    /// The bytes that it takes in binary form.
    var binarySize: Int {
        if case .texts(let texts) = values { return texts.reduce(0) { $0 + 4 + $1.count } }
        return values.count * (type.width ?? 0)
    }
}
