/// Numbers of one type in a box of any number of dimensions, C order, little endian.
package struct Tensor: Sendable, Equatable {
    package let elementType: ElementType
    /// The length of each dimension; empty for a single number.
    package let shape: [Int]
    /// `count` times `elementType.size` bytes.
    package let bytes: [UInt8]

    /// The number of elements.
    package var count: Int { bytes.count / elementType.size }

    /// Takes over `bytes`, which must fit type and shape.
    package init(elementType: ElementType, shape: [Int], bytes: [UInt8]) {
        precondition(
            Tensor.byteCount(of: elementType, shape: shape) == bytes.count,
            "the bytes of a tensor fit its type and shape"
        )
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    /// A tensor of `float32`; `shape` must have as many elements as `values`.
    package init(_ values: [Float], shape: [Int]) {
        self.init(elementType: .float32, shape: shape, bytes: LittleEndian.bytes(values))
    }

    /// A tensor of `float64`; `shape` must have as many elements as `values`.
    package init(_ values: [Double], shape: [Int]) {
        self.init(elementType: .float64, shape: shape, bytes: LittleEndian.bytes(values))
    }

    /// A tensor of `int64`; `shape` must have as many elements as `values`.
    package init(_ values: [Int64], shape: [Int]) {
        self.init(elementType: .int64, shape: shape, bytes: LittleEndian.bytes(values))
    }

    /// The number of elements of a shape; `nil` when a length is negative or the product overflows.
    package static func count(of shape: [Int]) -> Int? {
        var count = 1
        var hasZero = false
        for length in shape {
            guard length >= 0 else { return nil }
            if length == 0 {
                hasZero = true
                continue
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            count = product
        }
        return hasZero ? 0 : count
    }

    /// The number of bytes of a type and shape; `nil` when a length is negative or the product overflows.
    package static func byteCount(of elementType: ElementType, shape: [Int]) -> Int? {
        guard let count = count(of: shape) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: elementType.size)
        return overflow ? nil : bytes
    }
}
