extension ColumnComparison {
    /// Compares two columns of numbers.
    mutating func compare(_ reference: NumericSample, _ current: NumericSample) {
        let (before, now) = (reference.distribution, current.distribution)
        column.describe(reference, current)
        compareUnusable(
            .infiniteValues,
            reference: (reference.infiniteCount, reference.rows),
            current: (current.infiniteCount, current.rows)
        )
        compareUnusable(
            .notNumbers,
            reference: (reference.invalidCount, reference.rows),
            current: (current.invalidCount, current.rows)
        )
        guard hasEnough(before.count, now.count) else { return }
        if before.distinctCount > 1, now.distinctCount == 1, let only = now.minimum {
            let equal = before.count(upTo: only) - before.count(below: only)
            noteConstant(share: Double(equal) / Double(before.count))
        }
        let outside = now.counts(outOf: before)
        ask(
            QualityTest(
                .outOfRange,
                unseen: (outside.below + outside.above, largest: max(outside.below, outside.above), kinds: 2),
                reference: before.count,
                current: now.count,
                leastShare: settings.unseenEffect
            ),
            rows: min(before.count, now.count)
        )
        distributionPValue = column.ksPValue
        hasEffect = column.ksStatistic ?? 0 >= settings.effect
    }

    /// Values that a model cannot use: they raise an alarm where there were none, and where they become many.
    private mutating func compareUnusable(
        _ reason: DriftReport.Reason,
        reference: (count: Int, rows: Int),
        current: (count: Int, rows: Int)
    ) {
        if reference.count == 0, reference.rows > 0, current.count > 0 {
            column.reasons.append(reason)
        } else {
            ask(
                QualityTest(reason, reference: reference, current: current, leastChange: settings.effect),
                rows: min(reference.rows, current.rows)
            )
        }
    }
}

extension NumericDistribution {
    /// How many numbers are less than all of `reference`, and how many greater.
    fileprivate func counts(outOf reference: NumericDistribution) -> (below: Int, above: Int) {
        guard let least = reference.minimum, let greatest = reference.maximum else { return (0, 0) }
        return (count(below: least), count - count(upTo: greatest))
    }
}

extension DriftReport.Column {
    /// Takes down the figures of two samples of numbers.
    fileprivate mutating func describe(_ reference: NumericSample, _ current: NumericSample) {
        let (before, now) = (reference.distribution, current.distribution)
        (infiniteReference, infiniteCurrent) = (reference.infiniteCount, current.infiniteCount)
        (invalidReference, invalidCurrent) = (reference.invalidCount, current.invalidCount)
        (meanReference, meanCurrent) = (before.mean, now.mean)
        (standardDeviationReference, standardDeviationCurrent) = (before.standardDeviation, now.standardDeviation)
        guard let test = KolmogorovSmirnovTest(before, now) else { return }
        (ksStatistic, ksPValue) = (test.statistic, test.pValue)
        // JSON has no infinity, which near the largest numbers is what comes out.
        wassersteinDistance = before.wassersteinDistance(to: now).flatMap { $0.isFinite ? $0 : nil }
        normedWassersteinDistance = before.normedWassersteinDistance(to: now).flatMap { $0.isFinite ? $0 : nil }
        let outside = now.counts(outOf: before)
        outOfRange = Double(outside.below + outside.above) / Double(now.count)
        describe(BinnedPair(deciles: before, now))
    }
}
