/// How often each number occurs in a sample: its empirical distribution.
///
/// Made from all numbers it is exact. Made from a ``NumericProfile`` with more than 1,001 distinct values, each value
/// stands for its neighbors too, and no share of numbers below a bound is wrong by more than ``rankError``.
package struct NumericDistribution: Sendable, Hashable {
    /// The distinct values in ascending order, all finite; the first is the least of the sample, the last the greatest.
    package let values: [Double]
    /// How many numbers of the sample do not exceed the value at the same place; the last one is the number of all.
    package let cumulativeCounts: [Int]
    /// The number of distinct values in the sample, of which ``values`` may be a choice.
    package let distinctCount: Int
    /// The mean of the sample; `nil` when it is empty.
    package let mean: Double?
    /// The standard deviation of the sample, with n in the denominator; `nil` when it is empty.
    package let standardDeviation: Double?

    /// The number of numbers.
    package var count: Int { cumulativeCounts.last ?? 0 }

    /// Whether every distinct value of the sample is there.
    package var isExact: Bool { values.count == distinctCount }

    /// The distribution of `numbers`, in any order; NaN and infinities are left out.
    package init(_ numbers: [Double]) {
        // Adding zero makes -0 and 0 one value with one bit pattern.
        var sorted = numbers.filter(\.isFinite).map { $0 + 0 }
        sorted.sort()
        var (values, cumulative): ([Double], [Int]) = ([], [])
        for (index, number) in sorted.enumerated() {
            if values.last == number {
                cumulative[cumulative.count - 1] = index + 1
            } else {
                values.append(number)
                cumulative.append(index + 1)
            }
        }
        let moments = Moments(values: values, cumulativeCounts: cumulative)
        self.init(
            values: values,
            cumulativeCounts: cumulative,
            distinctCount: values.count,
            mean: moments?.mean,
            standardDeviation: moments?.standardDeviation
        )
    }

    /// A distribution whose figures are known.
    init(values: [Double], cumulativeCounts: [Int], distinctCount: Int, mean: Double?, standardDeviation: Double?) {
        self.values = values
        self.cumulativeCounts = cumulativeCounts
        self.distinctCount = distinctCount
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
}

extension NumericDistribution {
    /// The least number; `nil` when there is none.
    package var minimum: Double? { values.first }
    /// The greatest number; `nil` when there is none.
    package var maximum: Double? { values.last }

    /// How many numbers do not exceed `bound`.
    package func count(upTo bound: Double) -> Int { count(ofFirst: place { $0 <= bound }) }

    /// How many numbers are less than `bound`.
    package func count(below bound: Double) -> Int { count(ofFirst: place { $0 < bound }) }

    /// The smallest value that at least `share` of the numbers, from 0 to 1, do not exceed; `nil` when there is none.
    ///
    /// This is numpy's method `inverted_cdf`.
    package func quantile(_ share: Double) -> Double? {
        guard let last = values.last else { return nil }
        let needed = share * Double(count)
        let index = cumulativeCounts.partitioningIndex { Double($0) < needed }
        return index < values.count ? values[index] : last
    }

    private func count(ofFirst places: Int) -> Int { places == 0 ? 0 : cumulativeCounts[places - 1] }

    private func place(_ isBelow: (Double) -> Bool) -> Int { values.partitioningIndex(isBelow) }
}

extension Array {
    /// The number of leading elements for which `isBefore` holds, when none of those behind it does.
    fileprivate func partitioningIndex(_ isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
