import Datasets
import Support
import TensorFiles
import TestSupport
import Testing

struct PreparedDataTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func table(_ name: String, _ text: String) throws -> DataSource {
        .csv(path: try scratch.write(name, text), format: CSVFormat(), target: "y")
    }

    private func description() throws -> DatasetDescription {
        DatasetDescription(
            task: .classification,
            train: try table("train.csv", "id,a,b,y\n1,1,x,no\n2,3,z,yes\n3,5,x,no\n"),
            features: FeatureDescription([.init("a", [.standardize]), .init("b", [.oneHot()])], ignored: ["id"])
        )
    }

    @Test func rowsOfTheirOwnAreTransformedByWhatTheTrainingRowsTaught() throws {
        var description = try description()
        description.test = try table("test.csv", "y,b,a\nyes,new,3\nno,x,5\n")
        let data = try PreparedData(description)
        let deviation = (8.0 / 3).squareRoot()
        #expect(data.test?.inputs.all.values == [0, 0, 0, Float(2 / deviation), 1, 0])
        #expect(data.test?.targets == .classes([1, 0], count: 2))
        #expect(data.validation == nil)
        #expect(data.features.names == ["a", "b=x", "b=z"])
    }

    @Test(arguments: [
        (
            "y,b,a\nyes,x,3\nmaybe,x,5\n",
            "test.csv, line 3, row 2, column `y`: the label `maybe` is none of the classes"
        ),
        ("b,a\nx,3\n", "test.csv: there is no column `y`"),
        ("y,b\nyes,x\n", "test.csv: the column `a` is missing"),
        ("y,b,a,c\nyes,x,1,2\n", "test.csv, line 1: the model does not know the column `c`"),
        ("y,b,a\n", "test.csv: expected rows of data, found none"),
    ])
    func rowsOfTheirOwnMustFit(content: String, expected: String) throws {
        var description = try description()
        description.test = try table("test.csv", content)
        let error = failure { _ = try PreparedData(description) }
        #expect(error?.description.hasSuffix(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test func partsAreEitherGivenOrSplitOff() throws {
        var description = try description()
        description.validation = try table("other.csv", "y,b,a\nyes,x,3\n")
        description.split = try Split(validation: 0.3)
        #expect(failure { _ = try PreparedData(description) }?.description.contains("given both") == true)
    }

    @Test func imagesOfAnotherShapeAreRefused() throws {
        let labels = Fixtures.path("labels.idx")
        var description = DatasetDescription(
            task: .classification,
            train: .idx(images: Fixtures.path("images.idx"), labels: labels)
        )
        let other = try scratch.write("x.npy", NPY.encode(Tensor([Float](repeating: 0, count: 30), shape: [5, 3, 2])))
        let targets = try scratch.write("y.npy", NPY.encode(Tensor([Float](repeating: 0, count: 5), shape: [5])))
        description.test = .npy(inputs: other, targets: targets)
        let error = failure { _ = try PreparedData(description) }
        #expect(error?.description.hasSuffix("expected rows of shape [2, 3], found rows of shape [3, 2]") == true)
        let features = try PreparedData(
            DatasetDescription(task: .classification, train: description.train)
        ).features
        #expect(failure { _ = try features.reader(of: other) } is DatasetError)
    }

    @Test func theWholeOfItFollowsTheSeed() throws {
        func data(_ seed: UInt64) throws -> PreparedData {
            try PreparedData(
                DatasetDescription(
                    task: .classification,
                    train: .synthetic(.classification(rows: 60, inputs: 3, classes: 3, seed: 1)),
                    split: Split(validation: 0.2, test: 0.1),
                    seed: seed
                )
            )
        }
        let first = try data(5)
        #expect([first.training.rows, first.validation?.rows, first.test?.rows] == [42, 12, 6])
        #expect(try data(5).training == first.training)
        #expect(try data(6).training != first.training)
    }
}
