import Monitoring
import Support
import Testing

/// How often the rules speak where nothing changed, and where something did; `docs/monitoring.md` quotes the figures.
struct CalibrationTests {
    /// What the numbers or texts of a column are drawn from.
    enum Source: Sendable, CaseIterable {
        case normal
        case exponential
        /// Rounded to halves of a deviation: a dozen values with many ties.
        case rounded
        /// Five categories of different shares.
        case fewCategories
        /// Forty categories, number i with a share in proportion to `1 / i`.
        case manyCategories

        /// A sample of `rows`, moved by `shift` standard deviations, or by that share of the rows to the last category.
        func sample(_ random: CounterRandom, rows: Int, shift: Double = 0) -> TableSample.Values {
            switch self {
            case .normal: numbers(rows) { random.normal(at: $0) + shift }
            case .exponential: numbers(rows) { shift - RepeatableMath.log(1 - random.uniform(at: $0)) }
            case .rounded: numbers(rows) { ((random.normal(at: $0) + shift) * 2).rounded() / 2 }
            case .fewCategories: texts(random, rows: rows, weights: [40, 30, 15, 10, 5], shift: shift)
            case .manyCategories: texts(random, rows: rows, weights: (1...40).map { 1 / Double($0) }, shift: shift)
            }
        }

        private func numbers(_ rows: Int, _ number: (UInt64) -> Double) -> TableSample.Values {
            .numbers(NumericSample(NumericDistribution((0..<UInt64(rows)).map(number))))
        }

        private func texts(_ random: CounterRandom, rows: Int, weights: [Double], shift: Double) -> TableSample.Values {
            let total = weights.reduce(0, +)
            var accumulator = CategoryAccumulator()
            let categories = weights.indices.map { Category("c\($0)") }
            let codes = (0..<UInt64(rows)).map { row in
                var rest = random.uniform(at: 2 * row) * total
                if random.uniform(at: 2 * row + 1) < shift { return Int32(weights.count - 1) }
                let code = weights.firstIndex { weight in
                    rest -= weight
                    return rest < 0
                }
                return Int32(code ?? weights.count - 1)
            }
            accumulator.add(codes: codes, of: categories)
            return .texts(accumulator.finish())
        }
    }

    /// The figures in the documentation are those of 4,000.
    static let repetitions = 400

    /// The reports of repeated comparisons of tables with a column from each source.
    static func reports(
        _ sources: [Source],
        rows: [Int],
        shift: Double = 0,
        repetitions: Int = repetitions
    ) throws -> [DriftReport] {
        try (0..<repetitions).map { repetition in
            let random = CounterRandom(seed: 20_260_101, stream: UInt64(repetition))
            func table(_ side: Int, shift: Double) throws -> TableSample {
                let columns = sources.enumerated().map { place, source in
                    let draws = random.substream(UInt64(side * 1000 + place))
                    return TableSample.Column("\(place)", source.sample(draws, rows: rows[side], shift: shift))
                }
                return try TableSample(rows: rows[side], columns: columns)
            }
            return try DriftComparison(reference: table(0, shift: 0), current: table(1, shift: shift)).report()
        }
    }

    /// The share of the reports that name a column.
    static func share(_ reports: [DriftReport], _ names: (DriftReport.Dataset) -> [String]) -> Double {
        Double(reports.count { !names($0.dataset).isEmpty }) / Double(reports.count)
    }

    /// Samples, and the share of false alarms that is accepted: 5 % are promised, and 400 repetitions are off by one
    /// more now and then.
    static let sizes = [([100, 100], 0.06), ([500, 100], 0.06), ([500, 500], 0.06), ([2000, 200], 0.07)]

    @Test(arguments: Source.allCases, sizes)
    func falseAlarmsAreRare(source: Source, size: (rows: [Int], limit: Double)) throws {
        let reports = try Self.reports([source], rows: size.rows)
        #expect(Self.share(reports, \.driftedColumns) <= size.limit)
        #expect(Self.share(reports, \.dataQualityColumns) <= size.limit)
    }

    @Test(arguments: sizes)
    func falseAlarmsOfATableAreAsRare(rows: [Int], limit: Double) throws {
        let sources = Source.allCases + Source.allCases + Source.allCases
        let reports = try Self.reports(sources, rows: rows, repetitions: 100)
        #expect(Self.share(reports, \.driftedColumns) <= limit)
        #expect(Self.share(reports, \.dataQualityColumns) <= limit)
    }

    /// Why the stability index alone is no rule: nothing changed here either.
    @Test func anEffectAloneIsWhatChanceMakes() throws {
        let reports = try Self.reports([.normal], rows: [100, 100])
        let large = reports.count { ($0.columns["0"]?.populationStabilityIndex ?? 0) >= 0.1 }
        #expect(Double(large) > 0.5 * Double(Self.repetitions))
    }

    /// A shift of a quarter deviation moves a normal distribution function by 0.0995 at most, just below the effect
    /// that matters; chance adds enough to that in four of five samples.
    @Test(arguments: [
        (Source.normal, 0.25, 0.75), (.normal, 0.3, 0.9), (.normal, 0.5, 0.99), (.exponential, 0.25, 0.99),
        (.rounded, 0.3, 0.75), (.fewCategories, 0.1, 0.65), (.fewCategories, 0.15, 0.95), (.manyCategories, 0.1, 0.95),
    ])
    func whatChangedIsFound(source: Source, shift: Double, least: Double) throws {
        let reports = try Self.reports([source], rows: [500, 500], shift: shift)
        #expect(Self.share(reports, \.driftedColumns) > least)
    }
}
