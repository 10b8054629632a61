/// Pearson's test of whether two samples have the same shares over K categories.
///
/// Both rows of the 2 x K table are taken as samples: a reference that was taken for the truth would raise false alarms
/// in a third of all cases. With two categories it is the two-proportion test, with Yates's continuity correction.
package struct ChiSquareTest: Sendable, Hashable {
    /// The sum of `(observed - expected)^2 / expected` over the table, with Yates's correction when K is 2.
    package let statistic: Double
    /// K - 1, where categories without a row do not count.
    package let degreesOfFreedom: Int
    /// The probability of at least this statistic when nothing differs: `Q(degrees / 2, statistic / 2)`.
    package let pValue: Double
    /// The strength of the difference from 0 to 1: the root of the uncorrected statistic over the number of rows.
    package let cramersV: Double

    /// Compares how often each category occurs in both samples; `nil` when one of them is empty.
    package init?(_ pair: BinnedPair) {
        let (first, second) = (Double(pair.referenceCount), Double(pair.currentCount))
        guard first > 0, second > 0 else { return nil }
        let both = zip(pair.reference, pair.current).filter { $0 + $1 > 0 }
        degreesOfFreedom = both.count - 1
        let correction = degreesOfFreedom == 1 ? 0.5 : 0
        var (corrected, plain) = (0.0, 0.0)
        for (reference, current) in both {
            let share = Double(reference + current) / (first + second)
            // The row of the current sample differs by as much, to the other side.
            let difference = abs(Double(reference) - first * share)
            let rest = difference - min(correction, difference)
            let weight = 1 / (first * share) + 1 / (second * share)
            corrected += rest * rest * weight
            plain += difference * difference * weight
        }
        statistic = corrected
        cramersV = min(1, (plain / (first + second)).squareRoot())
        pValue = degreesOfFreedom == 0 ? 1 : IncompleteGamma.upper(Double(degreesOfFreedom) / 2, corrected / 2)
    }
}
