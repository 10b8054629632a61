import Evaluation
import Support
import Testing

struct IntervalTests {
    struct Wilson: Decodable, Sendable {
        let successes: Int
        let rows: Int
        let lower: Double
        let upper: Double
    }

    /// scipy's `binomtest(...).proportion_ci(method="wilson")` is the judge: see `Fixtures/make.py`.
    static let wilson = (try? Fixtures.read([Wilson].self, "wilson.json")) ?? []

    @Test(arguments: wilson)
    func wilsonsIntervalIsThatOfScipy(sample: Wilson) throws {
        let interval = try #require(Interval.wilson(successes: sample.successes, rows: sample.rows))
        #expect(agree(interval.lower, sample.lower))
        #expect(agree(interval.upper, sample.upper))
    }

    /// The examples of Newcombe (1998), table II, method 10.
    @Test(arguments: [
        (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
    ])
    func newcombesIntervalIsThatOfHisPaper(a: Int, m: Int, b: Int, n: Int, lower: Double, upper: Double) throws {
        let interval = try #require(Interval.newcombe(first: (a, m), second: (b, n)))
        #expect(abs(interval.lower - lower) < 5e-5 && abs(interval.upper - upper) < 5e-5, "\(interval)")
        #expect(Interval.newcombe(first: (0, 0), second: (1, 2)) == nil)
    }

    @Test func thereAreCases() {
        #expect(Self.wilson.count == 7)
        #expect(Interval.wilson(successes: 0, rows: 0) == nil)
    }

    /// 2,000 rows of which about 80 % are right.
    private func judged() throws -> JudgedClassification {
        let random = CounterRandom(seed: 3, stream: 1)
        let labels = (0..<2000).map { Int32(random.integer(at: UInt64($0), below: 2)) }
        let probabilities = labels.enumerated().flatMap { row, label in
            let right = 0.3 + random.uniform(at: UInt64(row + 10_000)) * 0.7
            return label == 0 ? [right, 1 - right] : [1 - right, right]
        }
        return try JudgedClassification(labels: labels, probabilities: probabilities, classes: 2)
    }

    @Test func theBootstrapAgreesWithWilsonOnAnAccuracy() throws {
        let judged = try judged()
        let right = zip(judged.labels, judged.predictions).count { $0 == $1 }
        let wilson = try #require(Interval.wilson(successes: right, rows: 2000))
        let bootstrap = try #require(Interval.bootstrap(of: .accuracy, in: judged, seed: 1))
        // The width is 0.044 here; the ends of a thousand draws vary by about a twentieth of it.
        #expect(abs(bootstrap.lower - wilson.lower) < 0.004)
        #expect(abs(bootstrap.upper - wilson.upper) < 0.004)
    }

    @Test(arguments: [Metric.averagePrecision, .rocAUC, .logLoss, .f1Macro])
    func theBootstrapHoldsTheValueAndFollowsTheSeed(metric: Metric) throws {
        let judged = try judged()
        let value = try #require(judged.value(of: metric))
        let interval = try #require(Interval.bootstrap(of: metric, in: judged, resamples: 200, seed: 1))
        #expect(interval.lower < value && value < interval.upper)
        #expect(interval.upper - interval.lower < 0.1)
        #expect(Interval.bootstrap(of: metric, in: judged, resamples: 200, seed: 1) == interval)
        #expect(Interval.bootstrap(of: metric, in: judged, resamples: 200, seed: 2) != interval)
    }

    @Test func tooLittleGivesNoInterval() throws {
        let one = try JudgedRegression(targets: [1], predictions: [2])
        #expect(Interval.bootstrap(of: .meanAbsoluteError, in: one, seed: 1) == nil)
        let sameClass = try JudgedClassification(labels: [1, 1], probabilities: [0.5, 0.5, 0.2, 0.8], classes: 2)
        #expect(Interval.bootstrap(of: .rocAUC, in: sameClass, seed: 1) == nil)
    }
}
