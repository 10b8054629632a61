import Datasets
import Support
import TensorFiles
import TestSupport
import Testing

struct TargetTests {
    private func table(_ directory: Scratch, labels: [String]) throws -> DatasetDescription {
        let path = try directory.write("t.csv", "x,y\n" + labels.map { "1,\($0)\n" }.joined())
        return DatasetDescription(
            task: .classification,
            train: .csv(path: path, format: CSVFormat(), target: "y")
        )
    }

    @Test(
        arguments: [
            (["b", "a", "B", "a"], ["B", "a", "b"], [2, 1, 0, 1]),
            (["10", "9", "-1", "10"], ["-1", "9", "10"], [2, 1, 0, 2]),
            (["10", "9", "x"], ["10", "9", "x"], [0, 1, 2]),
            (["z", "\u{e4}", "a\u{308}"], ["a\u{308}", "z", "\u{e4}"], [1, 2, 0]),
        ] as [([String], [String], [Int32])]
    )
    func classesAreSortedAsNumbersOrByTheirBytes(labels: [String], names: [String], indices: [Int32]) throws {
        let directory = try Scratch()
        let data = try PreparedData(table(directory, labels: labels))
        #expect(data.classes?.names.map { ByteString($0) } == names.map { ByteString($0) })
        #expect(data.training.targets == .classes(indices, count: names.count))
    }

    @Test func givenClassesKeepTheirOrder() throws {
        let directory = try Scratch()
        var description = try table(directory, labels: ["no", "yes", "no"])
        description.classes = ["yes", "no", "maybe"]
        #expect(try PreparedData(description).training.targets == .classes([1, 0, 1], count: 3))
    }

    @Test func aLabelThatIsNoClassIsNamedWithItsLine() throws {
        let directory = try Scratch()
        var description = try table(directory, labels: ["no", "\"no\"", "perhaps"])
        description.classes = ["no", "yes"]
        let error = failure { _ = try PreparedData(description) }
        #expect(
            error?.description.hasSuffix("t.csv, line 4, row 3, column `y`: the label `perhaps` is none of the classes")
                == true
        )
        #expect(error?.hints == ["the classes are: no, yes"])
    }

    @Test(
        arguments: [
            (["a", "a"], nil, "at least two classes, found only `a`"),
            (["a", "b", "\"\""], nil, "line 4, row 3, column `y`: expected a class, found nothing"),
            (["a", "b"], ["a", "a"], "the class `a` is given twice"),
        ] as [([String], [String]?, String)]
    )
    func classesThatTeachNothingAreRefused(labels: [String], classes: [String]?, expected: String) throws {
        let directory = try Scratch()
        var description = try table(directory, labels: labels)
        description.classes = classes
        let error = failure { _ = try PreparedData(description) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    /// Numeric labels are places in the list of classes, unless the classes are called by numbers.
    @Test(
        arguments: [
            (["red", "green", "blue"], [2, 0], [2, 0]),
            (["1", "2", "5"], [5, 1], [2, 0]),
        ] as [([String], [Int64], [Int32])]
    )
    func numericLabels(classes: [String], labels: [Int64], indices: [Int32]) throws {
        let directory = try Scratch()
        let inputs = try directory.write("x.npy", NPY.encode(Tensor([Float(1), 2, 3, 4], shape: [2, 2])))
        let targets = try directory.write("y.npy", NPY.encode(Tensor(labels, shape: [2, 1])))
        let data = try PreparedData(
            DatasetDescription(
                task: .classification,
                train: .npy(inputs: inputs, targets: targets),
                classes: classes
            )
        )
        #expect(data.training.targets == .classes(indices, count: 3))
    }

    @Test(
        arguments: [
            ([0, 3], "row 2: the label `3` is none of the classes"), ([-1, 0], "row 1: the label `-1`"),
            ([0, 0.5], "row 2: expected the number of a class, found 0.5"), ([0, .nan], "row 2"),
            ([0], "y.npy: has 1 rows, but"),
        ] as [([Float], String)]
    )
    func labelsOutsideTheClassesAreNamed(labels: [Float], expected: String) throws {
        let directory = try Scratch()
        let inputs = try directory.write("x.npy", NPY.encode(Tensor([Float(1), 2, 3, 4], shape: [2, 2])))
        let targets = try directory.write("y.npy", NPY.encode(Tensor(labels, shape: [labels.count])))
        let error = failure {
            _ = try PreparedData(
                DatasetDescription(
                    task: .classification,
                    train: .npy(inputs: inputs, targets: targets),
                    classes: ["a", "b", "c"]
                )
            )
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test(arguments: [(Float.infinity, "found infinity"), (Float.nan, "found nothing")])
    func aNumberThatIsNoneIsNamedInAnArray(value: Float, expected: String) throws {
        let directory = try Scratch()
        let inputs = try directory.write("x.npy", NPY.encode(Tensor([Float(1), 2, 3, value, 5, 6], shape: [3, 2])))
        let targets = try directory.write("y.npy", NPY.encode(Tensor([Float(1), 2, 3], shape: [3])))
        let description = DatasetDescription(task: .regression, train: .npy(inputs: inputs, targets: targets))
        let error = failure { _ = try PreparedData(description) }
        #expect(error?.description.hasSuffix("row 2, column `inputs_1`: expected a number, \(expected)") == true)
    }

    @Test func theDigestFollowsTheData() throws {
        let directory = try Scratch()
        let first = try table(directory, labels: ["a", "b"]).train.digest()
        #expect(try table(directory, labels: ["a", "b"]).train.digest() == first)
        #expect(try table(directory, labels: ["a", "c"]).train.digest() != first)
        let synthetic = DataSource.synthetic(.regression(rows: 5, inputs: 2, seed: 1))
        #expect(try synthetic.digest() != DataSource.synthetic(.regression(rows: 5, inputs: 2, seed: 2)).digest())
    }
}
