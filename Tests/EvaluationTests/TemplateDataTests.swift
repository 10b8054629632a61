import Datasets
import Evaluation
import Support
import Testing

/// The data of the project templates can be learned, and is not given away.
struct TemplateDataTests {
    /// The accuracy of both baselines on the test rows.
    private func accuracy(_ description: DatasetDescription) throws -> (trivial: Double, linear: Double) {
        let data = try PreparedData(description)
        let test = try #require(data.test)
        func judge(_ baseline: Baseline) throws -> Double {
            let outputs = baseline.outputs(for: test.inputs)
            return try #require(Evaluation(outputs: outputs, for: test.targets, names: data.classes)[.accuracy])
        }
        return (try judge(.trivial(data.training)), try judge(.linear(data.training, seed: 1)))
    }

    @Test func penguinsAreToldApart() throws {
        let path = "\(Path.parent(#filePath))/../../templates/projects/tabular/penguins.csv"
        let (trivial, linear) = try accuracy(
            DatasetDescription(
                task: .classification,
                train: .csv(path: path, format: CSVFormat(), target: "species"),
                split: Split(validation: 0.2, test: 0.2),
                features: FeatureDescription(
                    [.init("island", [.oneHot()]), .init("sex", [.oneHot()]), .init("*_*", [.standardize])],
                    ignored: ["year"]
                ),
                seed: 42
            )
        )
        #expect(trivial < 0.6)
        #expect(linear > 0.9)
    }

    @Test func cloudsAreNearlyToldApart() throws {
        let (trivial, linear) = try accuracy(
            DatasetDescription(
                task: .classification,
                train: .synthetic(.classification(rows: 12_000, inputs: 100, classes: 10, seed: 7)),
                split: Split(validation: 0.1, test: 0.1),
                seed: 42
            )
        )
        #expect(trivial < 0.15)
        #expect(linear > 0.85 && linear < 1)
    }
}
