/// How often each category occurs in a sample.
///
/// Made from all texts it is complete. Made from a ``CategoryProfile`` that left rare categories out, it knows only how
/// many rows these have together.
package struct CategoryDistribution: Sendable, Hashable {
    /// The number of rows of each category that is kept; none is 0.
    package let counts: [Category: Int]
    /// The number of rows whose category is not kept.
    package let otherCount: Int
    /// The number of categories in the sample, kept or not.
    package let distinctCount: Int
    /// The number of rows.
    package let count: Int

    /// The distribution over all categories of a sample.
    package init(_ counts: [Category: Int]) {
        precondition(counts.values.allSatisfy { $0 > 0 }, "a category that is there occurs")
        self.init(counts: counts, otherCount: 0, distinctCount: counts.count)
    }

    /// A distribution whose figures are known.
    init(counts: [Category: Int], otherCount: Int, distinctCount: Int) {
        self.counts = counts
        self.otherCount = otherCount
        self.distinctCount = distinctCount
        count = counts.values.reduce(otherCount, +)
    }

    /// Whether every category is kept.
    package var isComplete: Bool { otherCount == 0 }

    /// Whether no two rows are equal, as for a serial number: such a column has no distribution to compare.
    package var isIdentifier: Bool { count > 1 && distinctCount == count }

    /// The number of rows of a category; `nil` when it may be one of those that are not kept.
    package func count(of category: Category) -> Int? { counts[category] ?? (isComplete ? 0 : nil) }

    /// The categories that are kept with their counts, the most frequent first, then in the order of their bytes.
    package var ranked: [(category: Category, count: Int)] {
        counts.map { ($0.key, $0.value) }.sorted { left, right in
            left.1 != right.1 ? left.1 > right.1 : left.0 < right.0
        }
    }
}
