import Datasets
import Evaluation
import TestSupport
import Testing

/// scikit-learn is the judge of the same numbers: see `Fixtures/make.py`.
struct PredictionTableTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let task: LearningTask?
        let metrics: [String: Double]
        let classes: [String]?
        let confusion: [[Double]]?

        var testDescription: String { name }
    }

    static let cases = (try? Fixtures.read([Case].self, "tables.json")) ?? []

    @Test func thereAreCases() { #expect(Self.cases.count == 21) }

    @Test("A table gives the figures of scikit-learn", arguments: cases)
    func figures(sample: Case) throws {
        let scratch = try Scratch()
        let table = try PredictionTable(path: scratch.write("t.csv", sample.text), task: sample.task)
        let evaluation = try Evaluation(table)
        for metric in Metric.all {
            let (value, expected) = (evaluation[metric], sample.metrics[metric.name])
            #expect(
                agree(value, expected),
                "\(metric.name): \(String(describing: value)), \(String(describing: expected))"
            )
        }
        #expect(Set(evaluation.metrics.keys) == Set(sample.metrics.keys))
        #expect(evaluation.task == (sample.classes == nil ? .regression : .classification))
        #expect(evaluation.classes?.map(\.name) == sample.classes)
        #expect(evaluation.confusionMatrix?.count == sample.confusion?.count)
        let pairs = zip((evaluation.confusionMatrix ?? []).joined(), (sample.confusion ?? []).joined())
        #expect(pairs.allSatisfy { agree($0, $1) })
    }

    @Test func onlyEqualWeightsGiveTheAccuracyWilsonsInterval() throws {
        let scratch = try Scratch()
        func interval(_ text: String) throws -> Interval? {
            try Evaluation(PredictionTable(path: scratch.write("t.csv", text))).intervals["accuracy"]
        }
        #expect(try interval("y_true,y_pred\na,a\nb,a\n") == Interval.wilson(successes: 1, rows: 2))
        #expect(try interval("y_true,y_pred,weight\na,a,1\nb,a,2\n") == nil)
    }
}
