/// One named input of a request.
package struct InputTensor: Sendable, Equatable {
    package let name: String
    package let type: DataType
    /// With the number of rows in front.
    package let shape: [Int]
    package let values: TensorValues

    /// Takes values that must be as many as the shape says, and of the type.
    ///
    /// Throws ``RequestError`` (400) when they are not.
    package init(name: String, type: DataType, shape: [Int], values: TensorValues) throws(RequestError) {
        guard let count = elementCount(shape) else {
            throw .invalid("input `\(name)`: no tensor has the shape \(shape)")
        }
        guard values.count == count else {
            throw .invalid("input `\(name)`: the shape \(shape) has \(count) values, the data \(values.count)")
        }
        if case .texts = values {
            guard type == .bytes else { throw .invalid("input `\(name)`: texts are no \(type.rawValue)") }
        } else if type == .bytes, count > 0 {
            throw .invalid("input `\(name)`: expected texts for BYTES, found numbers")
        }
        if type == .bool, case .bytes(let bytes) = values, bytes.contains(where: { $0 > 1 }) {
            throw .invalid("input `\(name)`: a truth value is 0 or 1")
        }
        if let range = type.wholeNumbers, case .numbers(let numbers) = values {
            for number in numbers where !range.contains(number) || number != number.rounded() {
                throw .invalid("input `\(name)`: \(number) is no \(type.rawValue)")
            }
        }
        self.name = name
        self.type = type
        self.shape = shape
        self.values = type == .bytes && count == 0 ? .texts([]) : values
    }
}

extension InputTensor {
    /// Reads values in binary form, little-endian, one after the other.
    package init(name: String, type: DataType, shape: [Int], binary: Span<UInt8>) throws(RequestError) {
        guard let count = elementCount(shape) else {
            throw .invalid("input `\(name)`: no tensor has the shape \(shape)")
        }
        if let width = type.width {
            let (size, isTooLarge) = count.multipliedReportingOverflow(by: width)
            guard !isTooLarge, size == binary.count else {
                throw .invalid(
                    "input `\(name)`: \(type.rawValue) of shape \(shape) are \(isTooLarge ? "too many" : "\(size)") bytes, "
                        + "found \(binary.count)"
                )
            }
        }
        try self.init(
            name: name,
            type: type,
            shape: shape,
            values: try BinaryTensor.decode(binary, type, count: count, name: name)
        )
    }
}
