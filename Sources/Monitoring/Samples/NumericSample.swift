/// A column of numbers, as far as a comparison needs it.
package struct NumericSample: Sendable, Hashable {
    /// The rows without a value.
    package let missingCount: Int
    /// The rows whose number is infinite.
    package let infiniteCount: Int
    /// The rows that have a text where a number should be.
    package let invalidCount: Int
    /// The finite numbers of all other rows.
    package let distribution: NumericDistribution

    package init(
        _ distribution: NumericDistribution,
        missingCount: Int = 0,
        infiniteCount: Int = 0,
        invalidCount: Int = 0
    ) {
        precondition(missingCount >= 0 && infiniteCount >= 0 && invalidCount >= 0, "no count is negative")
        self.distribution = distribution
        self.missingCount = missingCount
        self.infiniteCount = infiniteCount
        self.invalidCount = invalidCount
    }

    /// The number of rows.
    package var rows: Int { missingCount + infiniteCount + invalidCount + distribution.count }
}

/// Collects a column of numbers piece by piece.
///
/// The sample depends on the numbers alone, not on the pieces or the order they came in. All numbers are kept until
/// then, 8 bytes for each row: exact quantiles cannot be had for less.
package struct NumericAccumulator: Sendable {
    private var numbers: [Double] = []
    private var missingCount = 0
    private var infiniteCount = 0
    private var invalidCount = 0

    package init() {}

    /// Adds a row for each number; NaN is a missing value.
    package mutating func add(numbers chunk: [Double]) {
        numbers.reserveCapacity(numbers.count + chunk.count)
        for number in chunk {
            if number.isFinite {
                numbers.append(number)
            } else if number.isNaN {
                missingCount += 1
            } else {
                infiniteCount += 1
            }
        }
    }

    /// Adds rows without a value.
    package mutating func add(missing rows: Int) { missingCount += rows }

    /// Adds rows that have a text where a number should be.
    package mutating func add(invalid rows: Int) { invalidCount += rows }

    /// The sample of all rows so far.
    package consuming func finish() -> NumericSample {
        NumericSample(
            NumericDistribution(numbers),
            missingCount: missingCount,
            infiniteCount: infiniteCount,
            invalidCount: invalidCount
        )
    }
}
