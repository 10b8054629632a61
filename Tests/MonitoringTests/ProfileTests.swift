import Monitoring
import Support
import Testing

struct ProfileTests {
    private static let random = CounterRandom(seed: 11, stream: 3)

    /// Normally distributed numbers, every hundredth of them missing.
    private static func numbers(_ count: Int) -> [Double] {
        (0..<count).map { $0 % 100 == 99 ? .nan : random.normal(at: UInt64($0)) * 3 + 100 }
    }

    private static func texts(_ count: Int) -> [String] {
        (0..<count).map { "category \(random.integer(at: UInt64($0), below: 12))" }
    }

    /// The profile of a table whose rows come in pieces of `size`.
    private static func profile(rows: Int, pieces size: Int) throws -> TableProfile {
        let (numbers, texts) = (numbers(rows), texts(rows))
        var (first, second) = (NumericAccumulator(), CategoryAccumulator())
        for start in stride(from: 0, to: rows, by: size) {
            let end = min(start + size, rows)
            first.add(numbers: Array(numbers[start..<end]))
            second.add(texts: Array(texts[start..<end]))
        }
        return TableProfile(
            try TableSample(
                rows: rows,
                columns: [.init("sensorTemp", .numbers(first.finish())), .init("line", .texts(second.finish()))]
            )
        )
    }

    @Test(arguments: [1, 7, 1000, 4096])
    func piecesGiveTheSameBytesAsTheWhole(size: Int) throws {
        let whole = try JSON.encode(Self.profile(rows: 5000, pieces: 5000))
        #expect(try JSON.encode(Self.profile(rows: 5000, pieces: size)) == whole)
    }

    @Test func aProfileComesBackFromJSON() throws {
        let profile = try Self.profile(rows: 5000, pieces: 5000)
        let copy = try JSON.decode(TableProfile.self, from: JSON.encode(profile), source: "profile.json")
        #expect(copy == profile)
        let table = try TableSample(copy)
        #expect(table.rows == 5000)
        #expect(table["sensorTemp"]?.missingCount == 50)
        #expect(table["sensorTemp"]?.count == 4950)
        #expect(table["line"]?.count == 5000)
    }

    @Test func theFormatIsThis() throws {
        var (numbers, texts) = (NumericAccumulator(), CategoryAccumulator())
        numbers.add(numbers: [2, 1, 2, .nan, .infinity])
        numbers.add(missing: 1)
        numbers.add(invalid: 1)
        texts.add(codes: [0, 1, 1, -1, 1], of: [Category("b"), Category("a")])
        texts.add(bytes: Array("c".utf8)[...])
        texts.add(missing: 1)
        let columns: [TableSample.Column] = [
            .init("myNumber", .numbers(numbers.finish())), .init("myText", .texts(texts.finish())),
        ]
        let bytes = try JSON.encode(TableProfile(TableSample(rows: 7, columns: columns)))
        let compact = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        #expect(
            compact
                == #"{"columns":[{"counts":[1,2],"distinct":2,"infinite":1,"invalid":1,"kind":"number","maximum":2,"#
                + #""mean":1.6666666666666667,"minimum":1,"missing":2,"name":"myNumber","rows":7,"#
                + #""standard_deviation":0.4714045207910317,"values":[1,2]},"#
                + #"{"categories":[{"count":3,"name":"a"},{"count":1,"name":"b"},{"count":1,"name":"c"}],"distinct":3,"#
                + #""is_identifier":false,"kind":"text","missing":2,"name":"myText","other":0,"rows":7}],"#
                + #""rows":7,"schema":"profile/1"}"#
        )
    }

    /// Samples with more distinct values than a profile keeps: smooth ones, and ones with heavy ties.
    static let long: [[Double]] = [1002, 1500, 2003, 9999, 100_003].flatMap { count in
        let numbers = (0..<count).map { random.normal(at: UInt64($0)) }
        return [numbers, numbers.map { $0 < 0.5 ? 0 : $0 }, numbers.map { RepeatableMath.exp(4 * $0) }]
    }

    @Test("A profile is wrong by half a thousandth of the rows at most, and half a row", arguments: long)
    func rankError(numbers: [Double]) throws {
        let exact = NumericDistribution(numbers)
        let profile = NumericProfile(NumericSample(exact))
        let kept = NumericDistribution(profile)
        #expect(profile.values.count <= 1001)
        #expect(kept.count == exact.count)
        #expect((kept.minimum, kept.maximum) == (exact.minimum, exact.maximum))
        #expect((kept.mean, kept.standardDeviation) == (exact.mean, exact.standardDeviation))
        #expect(kept.rankError < 0.001)
        // The statistic of the sample with itself is the largest error anywhere.
        let own = try #require(KolmogorovSmirnovTest(exact, kept)).statistic
        #expect(own <= kept.rankError)
        let other = NumericDistribution((0..<700).map { Self.random.normal(at: UInt64($0 + 1_000_000)) + 0.2 })
        let statistics = (
            try #require(KolmogorovSmirnovTest(exact, other)).statistic,
            try #require(KolmogorovSmirnovTest(kept, other)).statistic
        )
        #expect(abs(statistics.0 - statistics.1) <= kept.rankError)
    }

    @Test(arguments: [0, 1, 2, 1000, 1001])
    func fewDistinctValuesAreKeptExactly(distinct: Int) {
        let numbers = (0..<3 * distinct).map { Double($0 % distinct) / 7 }
        let exact = NumericDistribution(numbers)
        let kept = NumericDistribution(NumericProfile(NumericSample(exact)))
        #expect(kept == exact)
        #expect(kept.isExact && kept.rankError == 0)
    }

    @Test func onlyTheMostFrequentCategoriesAreKept() throws {
        var accumulator = CategoryAccumulator()
        accumulator.add(texts: (0..<1500).flatMap { [String](repeating: "c\($0)", count: $0 < 1000 ? 3 : 2) })
        let sample = accumulator.finish()
        let profile = CategoryProfile(sample)
        #expect(profile.categories.count == 1000)
        #expect(profile.other == 1000)
        #expect(profile.distinct == 1500)
        let kept = CategoryDistribution(profile)
        #expect(kept.count == sample.distribution.count)
        #expect(kept.count(of: Category("c1200")) == nil)
        let pair = BinnedPair(kept, sample.distribution)
        #expect(pair.reference == pair.current)
        #expect(pair.reference.count == 1001)
    }

    @Test func theValuesOfAnIdentifierAreNotKept() throws {
        var accumulator = CategoryAccumulator()
        accumulator.add(texts: (0..<500).map { "customer \($0)" })
        let table = try TableSample(rows: 500, columns: [.init("id", .texts(accumulator.finish()))])
        let profile = TableProfile(table)
        #expect(!String(decoding: try JSON.encode(profile), as: UTF8.self).contains("customer"))
        guard case .texts(let sample) = try TableSample(profile)["id"] else { throw Unexpected() }
        #expect(sample.distribution.isIdentifier)
        #expect(sample.distribution.count == 500)
    }

    private struct Unexpected: Error {}

    @Test func spellingsOfOneLetterStayApart() throws {
        var accumulator = CategoryAccumulator()
        accumulator.add(texts: ["\u{E9}", "e\u{301}", "e\u{301}"])
        let table = try TableSample(rows: 3, columns: [.init("text", .texts(accumulator.finish()))])
        let bytes = try JSON.encode(TableProfile(table))
        #expect(try TableSample(JSON.decode(TableProfile.self, from: bytes, source: "profile")) == table)
    }

    @Test(arguments: [
        (#""counts":[1,2]"#, #""counts":[1,3]"#), (#""counts":[1,2]"#, #""counts":[1,-2]"#),
        (#""counts":[1,2]"#, #""counts":[1,9223372036854775807]"#), (#""counts":[1,2]"#, #""counts":[3]"#),
        (#""values":[1,2]"#, #""values":[2,1]"#), (#""values":[1,2]"#, #""values":[1,1]"#),
        (#""minimum":1"#, #""minimum":0"#), (#""distinct":2,"inf"#, #""distinct":1,"inf"#),
        (#""missing":0,"name":"a"#, #""missing":-1,"name":"a"#), (#""rows":3,"standard"#, #""rows":4,"standard"#),
        (#""rows":3,"schema"#, #""rows":-3,"schema"#), (#""infinite":0"#, #""infinite":-1"#),
        (#""infinite":0"#, #""infinite":9223372036854775807"#), (#""name":"b""#, #""name":"a""#),
        (#""other":0"#, #""other":1"#), (#""count":2"#, #""count":9223372036854775807"#),
        (#""distinct":2,"is"#, #""distinct":5,"is"#), (#""is_identifier":false"#, #""is_identifier":true"#),
        (#""name":"y"}"#, #""name":"x"}"#),
    ])
    func whatContradictsItselfIsRefused(part: String, replacement: String) throws {
        var (numbers, texts) = (NumericAccumulator(), CategoryAccumulator())
        numbers.add(numbers: [2, 1, 2])
        texts.add(texts: ["x", "y", "x"])
        let table = try TableSample(
            rows: 3,
            columns: [.init("a", .numbers(numbers.finish())), .init("b", .texts(texts.finish()))]
        )
        let compact = String(decoding: try JSON.encode(TableProfile(table)), as: UTF8.self).filter { !$0.isWhitespace }
        let whole = try JSON.decode(TableProfile.self, from: Array(compact.utf8), source: "profile")
        #expect(try TableSample(whole) == table)
        let pieces = compact.split(separator: part, maxSplits: 1)
        try #require(pieces.count == 2)
        let damaged = try JSON.decode(
            TableProfile.self,
            from: Array("\(pieces[0])\(replacement)\(pieces[1])".utf8),
            source: "profile"
        )
        #expect(throws: MonitoringError.self) { try TableSample(damaged) }
    }
}
