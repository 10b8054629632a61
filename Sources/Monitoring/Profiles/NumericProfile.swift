/// What is kept of a column of numbers to compare others with: a few figures, and up to 1,001 quantiles.
package struct NumericProfile: Codable, Sendable, Hashable {
    /// The quantiles from 0 to 1 in steps of one thousandth, where there are more distinct values than these.
    private static let steps = 1000

    /// The rows whose number is infinite.
    package let infinite: Int
    /// The rows that have a text where a number should be.
    package let invalid: Int
    /// The number of distinct finite values.
    package let distinct: Int
    package let minimum: Double?
    package let maximum: Double?
    package let mean: Double?
    /// With n in the denominator.
    package let standardDeviation: Double?
    /// At most 1,001 values of the column, ascending: all of them, or those at evenly spaced ranks.
    package let values: [Double]
    /// The number of rows that each value stands for.
    package let counts: [Int]

    /// What is kept of a sample.
    package init(_ sample: NumericSample) {
        let distribution = sample.distribution
        infinite = sample.infiniteCount
        invalid = sample.invalidCount
        distinct = distribution.distinctCount
        minimum = distribution.minimum
        maximum = distribution.maximum
        mean = distribution.mean
        standardDeviation = distribution.standardDeviation
        let kept = distribution.values.count <= Self.steps + 1 ? distribution : Self.quantiles(of: distribution)
        values = kept.values
        counts = kept.cumulativeCounts.indices.map { place in
            kept.cumulativeCounts[place] - (place == 0 ? 0 : kept.cumulativeCounts[place - 1])
        }
    }

    /// The most by which the share of the numbers that do not exceed a bound can be wrong, if not all values are kept.
    ///
    /// Between two quantiles lie at most `n / 1000` numbers, and half of them are taken to stand at each end.
    fileprivate static func rankError(count: Int) -> Double { 0.5 / Double(steps) + 0.5 / Double(count) }

    /// The values at 1,001 evenly spaced ranks from the first to the last.
    private static func quantiles(of distribution: NumericDistribution) -> NumericDistribution {
        let last = distribution.count - 1
        let ranks = (0...steps).map { (step: Int) in
            // The quotient and the rest apart: their product would overflow for a very long table.
            last / steps * step + (last % steps * step + steps / 2) / steps
        }
        var (values, cumulative, place): ([Double], [Int], Int) = ([], [], 0)
        for (step, rank) in ranks.enumerated() {
            while distribution.cumulativeCounts[place] <= rank { place += 1 }
            let middle = step < steps ? (rank + 1 + ranks[step + 1]) / 2 : last + 1
            if values.last == distribution.values[place] {
                cumulative[cumulative.count - 1] = middle
            } else {
                values.append(distribution.values[place])
                cumulative.append(middle)
            }
        }
        return NumericDistribution(
            values: values,
            cumulativeCounts: cumulative,
            distinctCount: distribution.distinctCount,
            mean: distribution.mean,
            standardDeviation: distribution.standardDeviation
        )
    }
}

extension NumericProfile {
    /// Whether the figures can be those of a column with so many values.
    func isConsistent(count: Int) -> Bool {
        let isEmpty = values.isEmpty
        let figures = [minimum, maximum, mean, standardDeviation]
        return values.count == counts.count && values.count <= Self.steps + 1 && values.count <= distinct
            && distinct <= count && counts.allSatisfy { (1...max(1, count)).contains($0) }
            && counts.reduce(0, { $0 + min($1, count - $0 + 1) }) == count
            && values.allSatisfy(\.isFinite) && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
            && minimum == values.first && maximum == values.last
            && figures.allSatisfy { ($0 == nil) == isEmpty && $0?.isFinite ?? true }
            && infinite >= 0 && invalid >= 0 && standardDeviation ?? 0 >= 0
    }
}

extension NumericDistribution {
    /// The most by which a share of numbers, and so a Kolmogorov-Smirnov statistic, can be wrong: less than 0.001.
    package var rankError: Double { isExact ? 0 : NumericProfile.rankError(count: count) }

    /// The distribution that a profile remembers.
    package init(_ profile: NumericProfile) {
        var total = 0
        self.init(
            values: profile.values,
            cumulativeCounts: profile.counts.map { count in
                total += count
                return total
            },
            distinctCount: profile.distinct,
            mean: profile.mean,
            standardDeviation: profile.standardDeviation
        )
    }
}
