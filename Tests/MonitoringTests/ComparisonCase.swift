import Monitoring
import Testing

/// A change of a column, and what is said about it.
struct ComparisonCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reference: TableSample.Values
    let current: TableSample.Values
    let verdict: DriftReport.Verdict
    let reasons: [DriftReport.Reason]
    let dataset: DriftReport.Verdict

    init(
        _ name: String,
        _ reference: TableSample.Values,
        _ current: TableSample.Values,
        _ verdict: DriftReport.Verdict,
        _ reasons: [DriftReport.Reason] = [],
        dataset: DriftReport.Verdict
    ) {
        testDescription = name
        self.reference = reference
        self.current = current
        self.verdict = verdict
        self.reasons = reasons
        self.dataset = dataset
    }
}

extension ComparisonCase {
    static let all = [
        ComparisonCase(
            "numbers as before",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "numbers moved by one deviation",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.normal(500, stream: 2, shift: 1)),
            .drift,
            [.distribution],
            dataset: .drift
        ),
        ComparisonCase(
            "too few numbers",
            Tables.numbers(Tables.before),
            Tables.numbers(Array(Tables.now[..<99])),
            .notEnoughData,
            [.tooFewRows],
            dataset: .notEnoughData
        ),
        ComparisonCase(
            "too few numbers before",
            Tables.numbers(Array(Tables.before[..<99])),
            Tables.numbers(Tables.now),
            .notEnoughData,
            [.tooFewRows],
            dataset: .notEnoughData
        ),
        ComparisonCase(
            "too few numbers that are not missing",
            Tables.numbers(Array(Tables.before[..<99]), missing: 300),
            Tables.numbers(Array(Tables.now[..<99]), missing: 300),
            .notEnoughData,
            [.tooFewRows],
            dataset: .notEnoughData
        ),
        ComparisonCase(
            "some missing on both sides",
            Tables.numbers(Tables.before, missing: 50),
            Tables.numbers(Tables.now, missing: 60),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "many missing now",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now, missing: 100),
            .dataQuality,
            [.missingShare],
            dataset: .drift
        ),
        ComparisonCase(
            "many missing before",
            Tables.numbers(Tables.before, missing: 100),
            Tables.numbers(Tables.now),
            .dataQuality,
            [.missingShare],
            dataset: .drift
        ),
        ComparisonCase(
            "a few missing now",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now, missing: 40),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "all missing now",
            Tables.numbers(Tables.before),
            Tables.numbers([], missing: 500),
            .dataQuality,
            [.tooFewRows, .missingShare],
            dataset: .drift
        ),
        ComparisonCase(
            "infinity now",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now + [.infinity]),
            .dataQuality,
            [.infiniteValues],
            dataset: .drift
        ),
        ComparisonCase(
            "infinity as before",
            Tables.numbers(Tables.before + [.infinity]),
            Tables.numbers(Tables.now + [-.infinity]),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "far more infinities",
            Tables.numbers(Tables.before + [.infinity]),
            Tables.numbers(Tables.now + [Double](repeating: .infinity, count: 100)),
            .dataQuality,
            [.infiniteValues],
            dataset: .drift
        ),
        ComparisonCase(
            "a text among numbers",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now, invalid: 1),
            .dataQuality,
            [.notNumbers],
            dataset: .drift
        ),
        ComparisonCase(
            "text instead of numbers",
            Tables.numbers(Tables.before),
            Tables.texts(Tables.colors),
            .dataQuality,
            [.typeChanged],
            dataset: .drift
        ),
        ComparisonCase(
            "numbers instead of text",
            Tables.texts(Tables.colors),
            Tables.numbers(Tables.now),
            .dataQuality,
            [.typeChanged],
            dataset: .drift
        ),
        ComparisonCase(
            "a sensor that stands still",
            Tables.numbers(Tables.before),
            Tables.numbers([Double](repeating: Tables.before[0], count: 500)),
            .drift,
            [.distribution, .constantNow],
            dataset: .drift
        ),
        ComparisonCase(
            "a constant as before",
            Tables.numbers([Double](repeating: 3, count: 200)),
            Tables.numbers([Double](repeating: 3, count: 300)),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "a constant that moved down",
            Tables.numbers([Double](repeating: 3, count: 200)),
            Tables.numbers([Double](repeating: 2, count: 300)),
            .drift,
            [.distribution, .outOfRange],
            dataset: .drift
        ),
        ComparisonCase(
            "nearly constant before, and constant now",
            Tables.numbers([Double](repeating: 3, count: 490) + [Double](repeating: 4, count: 10)),
            Tables.numbers([Double](repeating: 3, count: 100)),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "a few numbers out of range",
            Tables.numbers(Tables.before),
            Tables.numbers(Tables.now[..<480] + [Double](repeating: 100, count: 20)),
            .dataQuality,
            [.outOfRange],
            dataset: .drift
        ),
        ComparisonCase(
            "texts as before",
            Tables.texts(Tables.colors),
            Tables.texts([("red", 240), ("green", 155), ("blue", 105)]),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "texts with other shares",
            Tables.texts(Tables.colors),
            Tables.texts([("red", 100), ("green", 300), ("blue", 100)]),
            .drift,
            [.distribution],
            dataset: .drift
        ),
        ComparisonCase(
            "a new text, seldom",
            Tables.texts(Tables.colors),
            Tables.texts(Tables.colors + [("blu", 20)]),
            .drift,
            [.distribution, .newCategories],
            dataset: .drift
        ),
        ComparisonCase(
            "a new text, once",
            Tables.texts(Tables.colors),
            Tables.texts(Tables.colors + [("blu", 1)]),
            .noDrift,
            dataset: .noDrift
        ),
        ComparisonCase(
            "a new text among ten thousand",
            Tables.texts(Tables.colors.map { ($0.0, $0.1 * 20) }),
            Tables.texts(Tables.colors.map { ($0.0, $0.1 * 20) } + [("blu", 120)]),
            .dataQuality,
            [.newCategories],
            dataset: .drift
        ),
        ComparisonCase(
            "one text of several",
            Tables.texts(Tables.colors),
            Tables.texts([("red", 500)]),
            .drift,
            [.distribution, .constantNow],
            dataset: .drift
        ),
        ComparisonCase(
            "too few texts",
            Tables.texts(Tables.colors),
            Tables.texts([("red", 99)]),
            .notEnoughData,
            [.tooFewRows],
            dataset: .notEnoughData
        ),
        ComparisonCase(
            "an identifier",
            Tables.texts(Tables.serials),
            Tables.texts((500..<900).map { ("serial \($0)", 1) }),
            .ignored,
            [.identifier],
            dataset: .notEnoughData
        ),
        ComparisonCase(
            "an identifier that went missing",
            Tables.texts(Tables.serials),
            Tables.texts([("serial 7", 100)], missing: 400),
            .dataQuality,
            [.identifier, .missingShare],
            dataset: .drift
        ),
    ]
}
