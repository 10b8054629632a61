/// How often each of several bins, or categories, occurs in two samples.
package struct BinnedPair: Sendable, Hashable {
    package let reference: [Int]
    package let current: [Int]
    package let referenceCount: Int
    package let currentCount: Int

    /// Counts over the same bins, in the same order.
    package init(reference: [Int], current: [Int]) {
        precondition(reference.count == current.count, "both samples are counted over the same bins")
        self.reference = reference
        self.current = current
        referenceCount = reference.reduce(0, +)
        currentCount = current.reduce(0, +)
    }

    /// The shares of each bin in both samples; `nil` when one of them is empty.
    var shares: [(reference: Double, current: Double)]? {
        guard referenceCount > 0, currentCount > 0 else { return nil }
        return zip(reference, current).map { (Double($0) / Double(referenceCount), Double($1) / Double(currentCount)) }
    }
}

extension BinnedPair {
    /// Numbers over the deciles of the reference: `..., d1], (d1, d2], ..., (d9, ...`.
    ///
    /// A decile is the smallest value that at least its share of the reference does not exceed. A value that is several
    /// deciles at once gets a bin of its own, or a constant that moved down would be seen by nobody.
    package init(deciles reference: NumericDistribution, _ current: NumericDistribution) {
        let deciles = (1...9).compactMap { reference.quantile(Double($0) / 10) }
        var counts: (reference: [Int], current: [Int]) = ([], [])
        var before = (reference: 0, current: 0)
        func cut(_ below: (NumericDistribution) -> Int) {
            let here = (reference: below(reference), current: below(current))
            counts.reference.append(here.reference - before.reference)
            counts.current.append(here.current - before.current)
            before = here
        }
        for (index, decile) in deciles.enumerated() where index == 0 || deciles[index - 1] < decile {
            if index + 1 < deciles.count, deciles[index + 1] == decile { cut { $0.count(below: decile) } }
            cut { $0.count(upTo: decile) }
        }
        cut { $0.count }
        self.init(reference: counts.reference, current: counts.current)
    }

    /// The categories of both samples, in the order of their bytes.
    ///
    /// A category that one of the samples keeps no count of, because it comes from a profile with too many of them,
    /// goes into a last bin for all others.
    package init(_ reference: CategoryDistribution, _ current: CategoryDistribution) {
        var counts: (reference: [Int], current: [Int]) = ([], [])
        let categories = Set(reference.counts.keys).union(current.counts.keys)
        for category in categories.sorted() {
            guard let one = reference.count(of: category), let other = current.count(of: category) else { continue }
            counts.reference.append(one)
            counts.current.append(other)
        }
        let others = (
            reference: reference.count - counts.reference.reduce(0, +),
            current: current.count - counts.current.reduce(0, +)
        )
        if others.reference + others.current > 0 {
            counts.reference.append(others.reference)
            counts.current.append(others.current)
        }
        self.init(reference: counts.reference, current: counts.current)
    }
}
