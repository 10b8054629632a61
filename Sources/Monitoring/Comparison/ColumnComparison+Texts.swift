extension ColumnComparison {
    /// Compares two columns of text.
    mutating func compare(_ reference: CategorySample, _ current: CategorySample) {
        let (before, now) = (reference.distribution, current.distribution)
        column.describe(before, now)
        guard hasEnough(before.count, now.count) else { return }
        if before.isIdentifier {
            column.reasons.append(.identifier)
            column.verdict = .ignored
            return
        }
        if before.distinctCount > 1, now.distinctCount == 1, let only = now.counts.first {
            noteConstant(share: Double(before.count(of: only.key) ?? 0) / Double(before.count))
        }
        if before.isComplete {
            let new = now.counts(newSince: before)
            ask(
                QualityTest(
                    .newCategories,
                    unseen: (new.reduce(0, +), largest: new.max() ?? 0, kinds: before.distinctCount + new.count),
                    reference: before.count,
                    current: now.count,
                    leastShare: settings.unseenEffect
                ),
                rows: min(before.count, now.count)
            )
        }
        distributionPValue = column.chiSquarePValue
        hasEffect = column.populationStabilityIndex ?? 0 >= settings.effect
    }
}

extension CategoryDistribution {
    /// The numbers of rows of the categories that are kept and do not occur in `reference`, which must be complete.
    fileprivate func counts(newSince reference: CategoryDistribution) -> [Int] {
        counts.filter { reference.counts[$0.key] == nil }.map(\.value)
    }
}

extension DriftReport.Column {
    /// The new categories that are named.
    private static let namedValues = 20

    /// Takes down the figures of two distributions of categories.
    fileprivate mutating func describe(_ before: CategoryDistribution, _ now: CategoryDistribution) {
        let pair = BinnedPair(before, now)
        guard !before.isIdentifier, let test = ChiSquareTest(pair) else { return }
        (chiSquareStatistic, chiSquarePValue) = (test.statistic, test.pValue)
        cramersV = test.cramersV
        if before.isComplete {
            let new = now.ranked.filter { before.counts[$0.category] == nil }
            newValues = new.prefix(Self.namedValues).map(\.category.text)
            newValuesShare = Double(new.reduce(0) { $0 + $1.count }) / Double(now.count)
        }
        describe(pair)
    }
}
