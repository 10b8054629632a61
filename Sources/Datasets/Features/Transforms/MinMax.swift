/// Brings each value of a column to 0...1, as its least and greatest were in the training rows.
package struct MinMax: Transform {
    package static let key = "minMax"
    /// The least of each value of a row.
    package let minima: [Double]
    /// The greatest minus the least; 1 where the value never changes.
    package let ranges: [Double]

    package func apply(to block: inout FeatureBlock) {
        block.update { number, place in (number - minima[place]) / ranges[place] }
    }
}

/// The least and the greatest of each value.
struct MinMaxFitter: TransformFitter {
    private var minima: [Double]
    private var maxima: [Double]

    init(width: Int) {
        minima = [Double](repeating: .infinity, count: width)
        maxima = [Double](repeating: -.infinity, count: width)
    }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        let width = minima.count
        for (index, number) in block.numbers.enumerated() {
            let place = width == 1 ? 0 : index % width
            if number < minima[place] { minima[place] = number }
            if number > maxima[place] { maxima[place] = number }
        }
    }

    func finish() throws -> FittedTransform {
        guard !minima.contains(.infinity) else { throw DatasetError.nothingToLearn }
        let ranges = zip(minima, maxima).map { $1 > $0 ? $1 - $0 : 1 }
        return FittedTransform(MinMax(minima: minima, ranges: ranges))
    }
}

extension FeatureBlock {
    /// Throws for a value that would make every sum infinite.
    func refuseInfinity() throws(FeatureFault) {
        let numbers = numbers
        var infinite = 0
        for number in numbers { infinite &+= abs(number) == .infinity ? 1 : 0 }
        guard infinite > 0, let index = numbers.firstIndex(where: \.isInfinite) else { return }
        throw FeatureFault(
            row: index / width,
            "expected a number, found infinity",
            hint: "correct the value, or put a step before that limits it, such as: clip: {max: 100}"
        )
    }
}
