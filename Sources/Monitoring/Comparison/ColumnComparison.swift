/// What can be said about one column by itself, before the p-values of all columns are adjusted.
struct ColumnComparison {
    let settings: DriftSettings
    /// The figures, and the verdict as far as it needs no adjusted p-value.
    var column: DriftReport.Column
    /// The p-value of the test of the distribution; `nil` where there is none, or too little to test.
    var distributionPValue: Double?
    /// Whether the distributions differ enough to matter.
    var hasEffect = false
    /// The questions of data quality that need p-values.
    private(set) var qualityTests: [QualityTest] = []

    init(reference: TableSample.Values?, current: TableSample.Values?, settings: DriftSettings) {
        self.settings = settings
        column = DriftReport.Column(kind: (reference ?? current)?.kind ?? .number)
        guard let reference else {
            column.reasons = [.columnAdded]
            column.verdict = .ignored
            return
        }
        guard let current else {
            column.reasons = [.columnMissing]
            return
        }
        column.countReference = reference.count
        column.countCurrent = current.count
        compareMissing(reference, current)
        switch (reference, current) {
        case (.numbers(let reference), .numbers(let current)): compare(reference, current)
        case (.texts(let reference), .texts(let current)): compare(reference, current)
        default: column.reasons = [.typeChanged]
        }
    }

    private mutating func compareMissing(_ reference: TableSample.Values, _ current: TableSample.Values) {
        func share(_ values: TableSample.Values) -> Double? {
            values.rows > 0 ? Double(values.missingCount) / Double(values.rows) : nil
        }
        column.missingReference = share(reference)
        column.missingCurrent = share(current)
        ask(
            QualityTest(
                .missingShare,
                reference: (reference.missingCount, reference.rows),
                current: (current.missingCount, current.rows),
                leastChange: settings.effect,
                includesFalls: true
            ),
            rows: min(reference.rows, current.rows)
        )
    }

    /// Adds a question of data quality, where the side with fewer rows has enough of them.
    mutating func ask(_ question: QualityTest?, rows: Int) {
        if let question, rows >= settings.minimumRows { qualityTests.append(question) }
    }

    /// Whether both sides have enough values to judge a distribution; takes it down if not.
    mutating func hasEnough(_ reference: Int, _ current: Int) -> Bool {
        if min(reference, current) >= settings.minimumRows { return true }
        column.reasons.append(.tooFewRows)
        column.verdict = .notEnoughData
        return false
    }

    /// Takes down that all current values are one, which has this share of several in the reference.
    ///
    /// A value that nearly all rows of the reference have may well be alone in a small sample.
    mutating func noteConstant(share: Double) {
        if share <= 1 - settings.effect { column.reasons.append(.constantNow) }
    }
}
