internal import Support

/// A question of data quality: whether the rows of some kind have become more, or fewer.
///
/// Like a difference of distributions it counts when it is significant and large enough.
struct QualityTest {
    /// What is wrong when they have.
    let reason: DriftReport.Reason
    /// The probability of as large a difference when nothing changed.
    let pValue: Double
    /// Whether the difference matters.
    let isLarge: Bool

    /// Rows of some kind on both sides, by the two-proportion test.
    ///
    /// `nil` where neither side has such a row, or one of them has no row at all.
    init?(
        _ reason: DriftReport.Reason,
        reference: (count: Int, rows: Int),
        current: (count: Int, rows: Int),
        leastChange: Double,
        includesFalls: Bool = false
    ) {
        let pair = BinnedPair(
            reference: [reference.count, reference.rows - reference.count],
            current: [current.count, current.rows - current.count]
        )
        guard reference.count + current.count > 0, let test = ChiSquareTest(pair), let shares = pair.shares else {
            return nil
        }
        let rise = shares[0].current - shares[0].reference
        self.reason = reason
        pValue = test.pValue
        isLarge = (includesFalls ? abs(rise) : rise) >= leastChange
    }

    /// Rows with values that the reference does not have; `nil` where there are no rows at all.
    ///
    /// If nothing had changed, any of the n + m rows could stand on either side. That all `largest` rows of a kind
    /// stand among the m current ones then has at most the probability `(m / (n + m))^largest`, for each of the `kinds`
    /// that it might have been. No such row is an answer too: without it, the adjustment of the others would be wrong.
    init?(
        _ reason: DriftReport.Reason,
        unseen: (count: Int, largest: Int, kinds: Int),
        reference rows: Int,
        current currentRows: Int,
        leastShare: Double
    ) {
        guard currentRows > 0 else { return nil }
        let share = Double(currentRows) / (Double(rows) + Double(currentRows))
        self.reason = reason
        pValue = min(1, Double(unseen.kinds) * RepeatableMath.power(share, unseen.largest))
        isLarge = Double(unseen.count) / Double(currentRows) >= leastShare
    }
}
