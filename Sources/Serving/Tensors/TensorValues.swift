/// The values of a tensor, row after row.
package enum TensorValues: Sendable, Equatable {
    case numbers([Double])
    case floats([Float])
    case bytes([UInt8])
    case texts([[UInt8]])

    package var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .floats(let values): values.count
        case .bytes(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// Whether every number is one.
    var areFinite: Bool {
        switch self {
        case .numbers(let values): values.allSatisfy(\.isFinite)
        case .floats(let values): values.allSatisfy(\.isFinite)
        case .bytes, .texts: true
        }
    }

    /// The numbers as doubles; `nil` for texts.
    var doubles: [Double]? {
        switch self {
        case .numbers(let values): values
        case .floats(let values): values.map { Double($0) }
        case .bytes(let values): values.map { Double($0) }
        case .texts: nil
        }
    }
}

/// The number of values in a tensor of a shape; `nil` where no memory holds so many, or where a dimension is negative.
func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for dimension in shape {
        guard dimension >= 0 else { return nil }
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: dimension)
        if isTooLarge { return nil }
        count = product
    }
    return count
}
