import Datasets
import Evaluation
import Testing

/// scikit-learn's DummyClassifier, LogisticRegression and Ridge on the iris data are the judges: see `Fixtures/make.py`.
struct BaselineTests {
    struct Reference: Decodable {
        let inputs: [Float]
        let labels: [Int32]
        let logistic: [Double]
        let prior: [Double]
        let ridge: [Double]
    }

    private let reference: Reference

    init() throws { reference = try Fixtures.read(Reference.self, "baselines.json") }

    private func inputs(_ rows: [Int], columns: Int = 4) -> Matrix {
        Matrix(
            rows: rows.count,
            columns: columns,
            values: rows.flatMap { reference.inputs[$0 * 4..<$0 * 4 + columns] }
        )
    }

    private func flowers(_ rows: [Int]) -> Examples {
        Examples(
            inputs: inputs(rows),
            inputShape: [4],
            targets: .classes(rows.map { reference.labels[$0] }, count: 3)
        )
    }

    private let trainingRows = (0..<150).filter { $0 % 3 != 0 }
    private let otherRows = (0..<150).filter { $0 % 3 == 0 }

    @Test func theMajorityClassComesWithTheSharesOfAll() {
        let baseline = Baseline.trivial(flowers(Array(0..<120)))
        let outputs = baseline.outputs(for: inputs([0, 149]))
        #expect(baseline.name == "majority class")
        #expect(outputs.values == (reference.prior + reference.prior).map { Float($0) })
    }

    @Test func theLogisticRegressionIsThatOfScikitLearn() {
        let outputs = Baseline.linear(flowers(trainingRows), seed: 1).outputs(for: inputs(otherRows))
        let far = zip(outputs.values, reference.logistic).map { abs(Double($0) - $1) }.max() ?? 1
        // Both stop when the loss hardly falls any more.
        #expect(far < 2e-3)
    }

    @Test func theRidgeRegressionIsThatOfScikitLearn() {
        let targets = Matrix(
            rows: trainingRows.count,
            columns: 1,
            values: trainingRows.map { reference.inputs[$0 * 4 + 3] }
        )
        let examples = Examples(
            inputs: inputs(trainingRows, columns: 3),
            inputShape: [3],
            targets: .values(targets)
        )
        let outputs = Baseline.linear(examples, seed: 1).outputs(for: inputs(otherRows, columns: 3))
        let far = zip(outputs.values, reference.ridge).map { abs(Double($0) - $1) }.max() ?? 1
        #expect(far < 1e-5)
        let mean = Baseline.trivial(examples).outputs(for: inputs([0], columns: 3)).values
        #expect(abs(Double(mean[0]) - targets.values.reduce(0) { $0 + Double($1) } / 100) < 1e-6)
    }

    @Test func constantColumnsDoNotMatter() {
        let examples = flowers(trainingRows)
        func widened(_ matrix: Matrix) -> Matrix {
            let values = (0..<matrix.rows).flatMap { row in matrix.values[row * 4..<row * 4 + 4] + [1e6] }
            return Matrix(rows: matrix.rows, columns: 5, values: values)
        }
        let wide = Examples(inputs: widened(examples.inputs.all), inputShape: [5], targets: examples.targets)
        let outputs = Baseline.linear(wide, seed: 1).outputs(for: widened(inputs(otherRows)))
        #expect(outputs == Baseline.linear(examples, seed: 1).outputs(for: inputs(otherRows)))
    }

    @Test func moreRowsThanAffordableAreDrawnBySeed() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .classification,
                train: .synthetic(.classification(rows: 3000, inputs: 20_000 / 4, classes: 20, seed: 1))
            )
        )
        let baseline = Baseline.linear(data.training, seed: 5)
        #expect(baseline.rows == 1000)
        let few = Matrix(rows: 2, columns: 5000, values: Array(data.training.inputs.all.values[..<10_000]))
        #expect(baseline.outputs(for: few) == Baseline.linear(data.training, seed: 5).outputs(for: few))
        #expect(baseline.outputs(for: few) != Baseline.linear(data.training, seed: 6).outputs(for: few))
    }
}
