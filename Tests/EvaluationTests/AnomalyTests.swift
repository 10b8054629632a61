import Datasets
import Evaluation
import Support
import Testing

/// Scores of anomalies: scikit-learn, NumPy and SciPy are the judges, see `Fixtures/make_anomalies.py`.
struct AnomalyTests {
    struct Document: Decodable {
        let cases: [Case]
        let thresholds: [Threshold]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let labels: [Int32]
        let scores: [Double]
        let said: [Int32]
        let weights: [Double]?
        let metrics: [String: Double]

        var testDescription: String { name }
    }

    struct Threshold: Decodable, Sendable {
        let scores: [Double]
        let quantile: Double
        let threshold: Double
        let rate: Double
        let lower: Double
        let upper: Double
    }

    static let document = try? Fixtures.read(Document.self, "anomalies.json")

    @Test func thereAreCases() {
        #expect(Self.document?.cases.count == 5 && Self.document?.thresholds.count == 7)
    }

    @Test("Metrics are those of scikit-learn and NumPy", arguments: document?.cases ?? [])
    func metrics(sample: Case) throws {
        let judged = try JudgedAnomalies(
            labels: sample.labels,
            scores: sample.scores,
            predictions: sample.said,
            weights: sample.weights
        )
        let evaluation = try Evaluation(judged, names: ["normal", "anomalous"])
        for metric in Metric.all where metric.isFor(.anomaly) {
            let (value, expected) = (evaluation[metric], sample.metrics[metric.name])
            #expect(agree(value, expected), "\(metric.name): \(String(describing: value))")
        }
        #expect(Set(evaluation.metrics.keys) == Set(sample.metrics.keys))
        // Only where there are anomalies are there two classes to tell apart.
        #expect((evaluation.classes == nil) == !sample.labels.contains(1))
    }

    @Test func sharesHaveWilsonsInterval() throws {
        let (labels, said): ([Int32], [Int32]) = ([0, 0, 0, 0, 1, 1, 1], [0, 1, 0, 0, 1, 1, 0])
        let judged = try JudgedAnomalies(labels: labels, scores: said.map { Double($0) }, predictions: said)
        let evaluation = try Evaluation(judged, names: ["normal", "anomalous"], intervals: [.rocAUC])
        #expect(evaluation.intervals["false_alarm_rate"] == Interval.wilson(successes: 1, rows: 4))
        #expect(evaluation.intervals["recall"] == Interval.wilson(successes: 2, rows: 3))
        #expect(evaluation.intervals["precision"] == Interval.wilson(successes: 2, rows: 3))
        #expect(evaluation.intervals["roc_auc"] != nil)
    }

    @Test(
        "The threshold is an order statistic, and SciPy knows what is above it",
        arguments: document?.thresholds ?? []
    )
    func threshold(sample: Threshold) throws {
        let threshold = try ScoreThreshold(quantile: sample.quantile, of: sample.scores)
        #expect(threshold.score == sample.threshold)
        let (rate, interval) = threshold.expectedFalseAlarms
        #expect(agree(rate, sample.rate) && agree(interval.lower, sample.lower) && agree(interval.upper, sample.upper))
    }

    @Test(arguments: [(0.99, 99), (0.95, 19), (0.9, 9), (0.5, 1), (0.999, 999)])
    func tooFewRowsAreRefusedWithTheNumberThatItTakes(quantile: Double, needed: Int) throws {
        #expect(ScoreThreshold.neededRows(for: quantile) == needed)
        let scores = (0..<needed).map { Double($0) }
        _ = try ScoreThreshold(quantile: quantile, of: scores)
        let error = #expect(throws: EvaluationError.self) {
            _ = try ScoreThreshold(quantile: quantile, of: Array(scores.dropLast()))
        }
        #expect(error?.message.contains("at least \(needed) normal rows") == true)
    }

    /// 600 times a threshold from 200 rows of an exponential distribution, of which the share above it is known exactly.
    @Test func newNormalRowsAreAboveTheThresholdAsOftenAsItIsSaid() throws {
        let random = CounterRandom(seed: 7, stream: 1)
        var (sum, covered) = (0.0, 0)
        for trial in 0..<600 {
            let draws = random.substream(UInt64(trial))
            let scores = (0..<200).map { -RepeatableMath.log(1 - draws.uniform(at: UInt64($0))) }
            let threshold = try ScoreThreshold(quantile: 0.95, of: scores)
            let share = RepeatableMath.exp(-threshold.score)
            let (_, interval) = threshold.expectedFalseAlarms
            sum += share
            if interval.lower <= share, share <= interval.upper { covered += 1 }
        }
        let expected = try ScoreThreshold(quantile: 0.95, of: (0..<200).map { Double($0) }).expectedFalseAlarms.rate
        #expect(expected <= 0.05 && abs(sum / 600 - expected) < 0.004, "\(sum / 600)")
        #expect((540...595).contains(covered), "\(covered)")
    }

    @Test func theSimpleModelIsTheDistanceInDeviations() throws {
        let training = Examples(
            inputs: Matrix(rows: 4, columns: 3, values: [1, 10, 5, 3, 10, 5, 1, 30, 5, 3, 30, 5]),
            inputShape: [3],
            targets: .classes([0, 0, 0, 0], count: 2)
        )
        let baseline = Baseline.distance(training)
        #expect(baseline.name == "distance to the mean")
        // Means 2, 20 and 5; deviations 1, 10 and none.
        let scores = baseline.outputs(for: Matrix(rows: 2, columns: 3, values: [2, 20, 5, 5, 40, 9]))
        #expect(scores.values == [0, Float(13.0 / 3)])
    }

    @Test func aRuleFitsItsTask() throws {
        let oneClass = try ClassNames(normal: "ok", anomalous: "anomalous")
        let outputs = Matrix(rows: 4, columns: 1, values: [1, 2, 3, 9])
        let decision = try DecisionRule.quantile(0.6).fitted(labels: [0, 0, 0, 1], outputs: outputs, classes: oneClass)
        #expect(decision.scoreThreshold == ScoreThreshold(score: 3, quantile: 0.6, rows: 3))
        #expect(oneClass.answers(to: outputs, by: decision) == [0, 0, 0, 1])
        #expect(throws: EvaluationError.self) {
            _ = try DecisionRule.maximize(.f1, of: nil).fitted(labels: [0, 1], outputs: outputs, classes: oneClass)
        }
        #expect(throws: EvaluationError.self) {
            _ = try DecisionRule.quantile(0.5)
                .fitted(labels: [0, 1, 0, 1], outputs: outputs, classes: ClassNames(["a", "b"]))
        }
        // It travels as JSON, and what nobody can have chosen is refused.
        let bytes = try JSON.encode(decision)
        #expect(try JSON.decode(Decision.self, from: bytes, source: "d") == decision)
        func read(rows: Int) throws -> Decision {
            let text =
                #"{"schema":"decision/1","classes":["ok","anomalous"],"anomaly":{"score":3,"quantile":0.6,"rows":"#
            return try JSON.decode(Decision.self, from: Array("\(text)\(rows)}}".utf8), source: "d")
        }
        #expect(try read(rows: 3) == decision)
        #expect(throws: (any Error).self) { try read(rows: 1) }
    }
}
