/// Both samples of a column over a few bins, for a picture.
package struct HistogramPair: Sendable, Hashable {
    /// What a bin holds.
    package enum Label: Sendable, Hashable {
        /// Numbers from the first on and below the second, which in the last bin is included.
        case range(Double, Double)
        case category(String)
        /// All categories that have no bin of their own.
        case others
    }

    /// The share of each sample in one bin.
    package struct Bin: Sendable, Hashable {
        package let label: Label
        package let reference: Double
        package let current: Double

        package init(label: Label, reference: Double, current: Double) {
            self.label = label
            self.reference = reference
            self.current = current
        }
    }

    package let bins: [Bin]
}

extension DriftComparison {
    /// The histograms of a column: numbers over bins of equal width from the least to the greatest of both, categories
    /// by how often they occur.
    ///
    /// `nil` when the column is not of one kind on both sides, or has no value on one of them.
    package func histogram(of column: String, bins: Int = 10) -> HistogramPair? {
        precondition(bins > 0, "a histogram has bins")
        switch (reference[column], current[column]) {
        case (.numbers(let reference), .numbers(let current)):
            return HistogramPair(reference.distribution, current.distribution, bins: bins)
        case (.texts(let reference), .texts(let current)):
            return HistogramPair(reference.distribution, current.distribution, bins: bins)
        default: return nil
        }
    }
}

extension HistogramPair {
    fileprivate init?(_ reference: NumericDistribution, _ current: NumericDistribution, bins: Int) {
        guard let first = reference.minimum, let other = current.minimum, let last = reference.maximum,
            let otherLast = current.maximum
        else { return nil }
        let (low, high) = (min(first, other), max(last, otherLast))
        let count = low < high ? bins : 1
        let edges = (0...count).map { place in
            // Not low + share * (high - low): that difference may be more than there is a number for.
            let share = Double(place) / Double(count)
            return place == count ? high : low * (1 - share) + high * share
        }
        func share(_ distribution: NumericDistribution, _ place: Int) -> Double {
            let end =
                place + 1 == count ? distribution.count : distribution.count(below: edges[place + 1])
            let start = place == 0 ? 0 : distribution.count(below: edges[place])
            return Double(end - start) / Double(distribution.count)
        }
        self.bins = (0..<count).map { place in
            Bin(
                label: .range(edges[place], edges[place + 1]),
                reference: share(reference, place),
                current: share(current, place)
            )
        }
    }

    /// The categories that are most frequent in both samples together have the bins; what is left shares the last one.
    fileprivate init?(_ reference: CategoryDistribution, _ current: CategoryDistribution, bins: Int) {
        guard reference.count > 0, current.count > 0 else { return nil }
        func shares(_ category: Category) -> (reference: Double, current: Double) {
            (
                Double(reference.counts[category] ?? 0) / Double(reference.count),
                Double(current.counts[category] ?? 0) / Double(current.count)
            )
        }
        let ranked = Set(reference.counts.keys).union(current.counts.keys)
            .map { (category: $0, shares: shares($0)) }
            .sorted { left, right in
                let (one, other) = (
                    left.shares.reference + left.shares.current, right.shares.reference + right.shares.current
                )
                return one != other ? one > other : left.category < right.category
            }
        let isAll = ranked.count <= bins && reference.isComplete && current.isComplete
        let kept = ranked.prefix(isAll ? bins : bins - 1)
        var result = kept.map {
            Bin(label: .category($0.category.text), reference: $0.shares.reference, current: $0.shares.current)
        }
        if !isAll {
            let rest = kept.reduce((reference: 1.0, current: 1.0)) { rest, entry in
                (rest.reference - entry.shares.reference, rest.current - entry.shares.current)
            }
            result.append(Bin(label: .others, reference: max(0, rest.reference), current: max(0, rest.current)))
        }
        self.bins = result
    }
}
