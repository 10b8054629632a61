/// A column of text, as far as a comparison needs it.
package struct CategorySample: Sendable, Hashable {
    /// The rows without a value.
    package let missingCount: Int
    /// The categories of all other rows.
    package let distribution: CategoryDistribution

    package init(_ distribution: CategoryDistribution, missingCount: Int = 0) {
        precondition(missingCount >= 0, "no count is negative")
        self.distribution = distribution
        self.missingCount = missingCount
    }

    /// The number of rows.
    package var rows: Int { missingCount + distribution.count }
}

/// Collects a column of text piece by piece.
///
/// The sample depends on the texts alone, not on the pieces or the order they came in. Each distinct text is kept once.
package struct CategoryAccumulator: Sendable {
    private var counts: [Category: Int] = [:]
    private var missingCount = 0

    package init() {}

    /// Adds a row for each text.
    package mutating func add(texts chunk: [String]) {
        for text in chunk { counts[Category(text), default: 0] += 1 }
    }

    /// Adds one row, given the bytes of its text.
    package mutating func add(bytes: ArraySlice<UInt8>) { counts[Category(bytes: bytes), default: 0] += 1 }

    /// Adds a row for each code, which is a place in `categories`; a code below 0 is a missing value.
    package mutating func add(codes chunk: [Int32], of categories: [Category]) {
        var rows = [Int](repeating: 0, count: categories.count)
        for code in chunk {
            if code < 0 { missingCount += 1 } else { rows[Int(code)] += 1 }
        }
        for (category, count) in zip(categories, rows) where count > 0 { counts[category, default: 0] += count }
    }

    /// Adds rows without a value.
    package mutating func add(missing rows: Int) { missingCount += rows }

    /// The sample of all rows so far.
    package consuming func finish() -> CategorySample {
        CategorySample(CategoryDistribution(counts), missingCount: missingCount)
    }
}
