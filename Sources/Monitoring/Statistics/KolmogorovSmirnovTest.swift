/// The two-sample Kolmogorov-Smirnov test, two-sided.
///
/// It follows `scipy.stats.ks_2samp`: exact where both samples have at most 10,000 numbers, else by the distribution of
/// the one-sample statistic. With ties the statistic is right, and the p-value errs to the careful side.
package struct KolmogorovSmirnovTest: Sendable, Hashable {
    /// The largest distance of both distribution functions, from 0 to 1.
    package let statistic: Double
    /// The probability of at least this distance when nothing differs.
    package let pValue: Double

    /// Compares two samples; `nil` when one of them is empty.
    package init?(_ reference: NumericDistribution, _ current: NumericDistribution) {
        guard reference.count > 0, current.count > 0 else { return nil }
        var largest = 0.0
        reference.forEachStep(with: current) { _, share, otherShare in
            largest = max(largest, abs(share - otherShare))
        }
        statistic = largest
        pValue = Self.pValue(statistic: largest, counts: reference.count, current.count)
    }

    /// The samples up to which p is exact.
    private static let exactCount = 10_000

    /// The probability that samples of these sizes are at least `statistic` apart when nothing differs.
    package static func pValue(statistic: Double, counts first: Int, _ second: Int) -> Double {
        precondition(first > 0 && second > 0, "a test needs numbers")
        if max(first, second) <= exactCount {
            return SmirnovPaths(first, second).probabilityOutside(statistic)
        }
        let effective = Double(first) * Double(second) / (Double(first) + Double(second))
        return KolmogorovDistribution(count: effective.rounded(.toNearestOrEven)).upperTail(statistic)
    }
}
