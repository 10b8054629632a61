import Datasets
import Evaluation
import Testing

/// scikit-learn is the judge: see `Fixtures/make.py`.
struct ClassificationTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let labels: [Int32]
        let probabilities: [Double]
        let classes: Int
        let weights: [Double]?
        let metrics: [String: Double]
        let precision: [Double]
        let recall: [Double]
        let f1: [Double]
        let support: [Double]
        let confusion: [[Double]]

        var testDescription: String { name }

        func evaluation(intervals: [Metric] = []) throws -> Evaluation {
            let judged = try JudgedClassification(
                labels: labels,
                probabilities: probabilities,
                classes: classes,
                weights: weights
            )
            return try Evaluation(judged, names: (0..<classes).map { "c\($0)" }, intervals: intervals)
        }
    }

    static let cases = (try? Fixtures.read([Case].self, "classification.json")) ?? []

    @Test func thereAreCases() { #expect(Self.cases.count == 14) }

    @Test("Metrics are those of scikit-learn", arguments: cases)
    func metrics(sample: Case) throws {
        let evaluation = try sample.evaluation()
        for metric in Metric.all where metric.isFor(.classification) {
            let (value, expected) = (evaluation[metric], sample.metrics[metric.name])
            #expect(
                agree(value, expected),
                "\(metric.name): \(String(describing: value)), \(String(describing: expected))"
            )
        }
        #expect(Set(evaluation.metrics.keys) == Set(sample.metrics.keys))
    }

    @Test("The figures of each class are those of scikit-learn", arguments: cases)
    func classFigures(sample: Case) throws {
        let evaluation = try sample.evaluation()
        let classes = try #require(evaluation.classes)
        #expect(zip(classes.map(\.precision), sample.precision).allSatisfy(agree))
        #expect(zip(classes.map(\.recall), sample.recall).allSatisfy(agree))
        #expect(zip(classes.map(\.f1Score), sample.f1).allSatisfy(agree))
        #expect(zip(classes.map(\.support), sample.support).allSatisfy(agree))
        let matrix = try #require(evaluation.confusionMatrix)
        #expect(zip(matrix.joined(), sample.confusion.joined()).allSatisfy(agree))
    }

    @Test(
        arguments: [
            ([0, 1], [0.5, 0.5], nil), ([0], [0.5, .nan], nil), ([0], [-0.1, 1.1], nil), ([2], [0.5, 0.5], nil),
            ([-1], [0.5, 0.5], nil), ([0], [0.5, 0.5], [-1]), ([0], [0.5, 0.5], [1, 1]),
        ] as [([Int32], [Double], [Double]?)]
    )
    func whatIsNoPredictionIsRefused(labels: [Int32], probabilities: [Double], weights: [Double]?) {
        #expect(throws: EvaluationError.self) {
            try JudgedClassification(labels: labels, probabilities: probabilities, classes: 2, weights: weights)
        }
    }

    @Test func oneOutputIsTheProbabilityOfTheSecondClass() throws {
        let judged = try JudgedClassification(
            labels: [0, 1, 1],
            outputs: Matrix(rows: 3, columns: 1, values: [0.25, 0.75, 0.5]),
            classes: 2
        )
        #expect(judged.probabilities == [0.75, 0.25, 0.25, 0.75, 0.5, 0.5])
        #expect(judged.predictions == [0, 1, 0])
    }

    /// As in scikit-learn, a class that occurs only in rows that count nothing is one of the classes of a mean.
    @Test func rowsWithoutWeightNameTheirClasses() throws {
        let judged = try JudgedClassification(
            labels: [0, 1, 2],
            predictions: [0, 0, 2],
            classes: 4,
            weights: [1, 1, 0]
        )
        #expect(abs((judged.value(of: .f1Macro) ?? 0) - 2.0 / 9) < 1e-12)
        #expect(abs((judged.value(of: .recallMacro) ?? 0) - 1.0 / 3) < 1e-12)
    }

    @Test func noRowsGiveNoMetrics() throws {
        let judged = try JudgedClassification(labels: [], probabilities: [], classes: 2)
        let evaluation = try Evaluation(judged, names: ["a", "b"])
        #expect(evaluation.metrics.isEmpty)
        #expect(evaluation.intervals.isEmpty)
    }
}
