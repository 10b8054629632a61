import Datasets
import Evaluation
import Testing

/// scikit-learn is the judge: see `Fixtures/make.py`.
struct RegressionTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let targets: [Double]
        let predictions: [Double]
        let columns: Int
        let weights: [Double]?
        let metrics: [String: Double]

        var testDescription: String { name }
    }

    static let cases = (try? Fixtures.read([Case].self, "regression.json")) ?? []

    @Test func thereAreCases() { #expect(Self.cases.count == 11) }

    @Test("Metrics are those of scikit-learn", arguments: cases)
    func metrics(sample: Case) throws {
        let evaluation = try Evaluation(
            JudgedRegression(
                targets: sample.targets,
                predictions: sample.predictions,
                columns: sample.columns,
                weights: sample.weights
            )
        )
        for metric in Metric.all where metric.isFor(.regression) {
            #expect(agree(evaluation[metric], sample.metrics[metric.name]), "\(metric.name)")
        }
        #expect(Set(evaluation.metrics.keys) == Set(sample.metrics.keys))
        #expect(evaluation.confusionMatrix == nil)
    }

    /// The mean of three times 0.1 is not 0.1, and still the target never changes.
    @Test func aTargetThatNeverChangesExplainsNothing() throws {
        let wrong = try JudgedRegression(targets: [0.1, 0.1, 0.1], predictions: [0.1, 0.2, 0.3])
        #expect(wrong.value(of: .r2) == 0 && wrong.value(of: .explainedVariance) == 0)
        let right = try JudgedRegression(targets: [0.1, 0.1, 0.1], predictions: [0.1, 0.1, 0.1])
        #expect(right.value(of: .r2) == 1)
    }

    @Test func whatIsTooLargeForANumberIsNotDefined() throws {
        let judged = try JudgedRegression(targets: [1e308, -1e308], predictions: [-1e308, 1e308])
        #expect(judged.value(of: .meanSquaredError) == nil && judged.value(of: .r2) == nil)
    }

    @Test(
        arguments: [
            ([1, 2], [1], nil), ([1, 2], [1, 2], [1e308, 1e308]), ([1], [.infinity], nil), ([.nan], [1], nil),
            ([1], [1], []),
        ]
            as [([Double], [Double], [Double]?)]
    )
    func whatIsNoPredictionIsRefused(targets: [Double], predictions: [Double], weights: [Double]?) {
        #expect(throws: EvaluationError.self) {
            try JudgedRegression(targets: targets, predictions: predictions, weights: weights)
        }
    }
}
