import Datasets
import Support
import TestSupport
import Testing

/// What comes at prediction time and was not there in training.
struct UnknownValueTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func pipeline(_ steps: [TransformDescription], column: [String]) throws -> FeaturePipeline {
        let rows = column.enumerated().map { "\($1),\($0)\n" }
        let path = try scratch.write("train.csv", "c,y\n" + rows.joined())
        return try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .csv(path: path, format: CSVFormat(missing: MissingMarkers(["", "NA"])), target: "y"),
                features: FeatureDescription([.init("c", steps)])
            )
        ).features
    }

    private func features(_ pipeline: FeaturePipeline, _ values: [String]) throws -> [[Float]] {
        let path = try scratch.write("rows.csv", "c\n" + values.map { "\($0)\n" }.joined())
        let reader = try pipeline.reader(of: path)
        let matrix = try reader.namingLines { try pipeline.transform(reader.readAll(), source: path) }
        return (0..<matrix.rows).map { Array(matrix.values[$0 * matrix.columns..<($0 + 1) * matrix.columns]) }
    }

    @Test(
        arguments: [
            (TransformDescription.oneHot(), [[0, 0], [1, 0]]), (.oneHot(unknown: .other), [[0, 0, 1], [1, 0, 0]]),
            (.ordinal(unknown: .other), [[2], [0]]),
        ] as [(TransformDescription, [[Float]])]
    )
    func anUnknownCategoryIsTreatedAsAskedFor(step: TransformDescription, expected: [[Float]]) throws {
        let pipeline = try pipeline([step], column: ["a", "b", "a"])
        #expect(try features(pipeline, ["new", "a"]) == expected)
    }

    @Test(arguments: [TransformDescription.oneHot(unknown: .error), .ordinal()])
    func anUnknownCategoryMayBeAnError(step: TransformDescription) throws {
        let pipeline = try pipeline([step], column: ["a", "b", "a"])
        let error = failure { _ = try features(pipeline, ["a", "new"]) }
        #expect(
            error?.description.hasSuffix("rows.csv, line 3, row 2, column `c`: expected one of `a`, `b`, found `new`")
                == true
        )
    }

    @Test func whatIsMissingIsACategoryOnlyWhereItWasOneInTraining() throws {
        #expect(
            try features(pipeline([.oneHot()], column: ["a", "NA", "b"]), ["NA", "\"\"", "b"]) == [
                [1, 0, 0], [1, 0, 0], [0, 0, 1],
            ]
        )
        #expect(try features(pipeline([.oneHot()], column: ["a", "b"]), ["NA"]) == [[0, 0]])
        let filled = try pipeline([.impute(.init(.mostFrequent)), .oneHot()], column: ["a", "b", "b", "NA"])
        #expect(try features(filled, ["NA", "a"]) == [[0, 1], [1, 0]])
    }

    @Test func aMissingNumberThatTrainingNeverSawIsNamed() throws {
        let pipeline = try pipeline([.standardize], column: ["1", "2"])
        let error = failure { _ = try features(pipeline, ["1", "NA"]) }
        #expect(error?.description.hasSuffix("line 3, row 2, column `c`: expected a number, found nothing") == true)
    }

    @Test func aColumnOfTextWhereNumbersWereIsNamed() throws {
        let pipeline = try pipeline([.standardize], column: ["1", "2"])
        let error = failure { _ = try features(pipeline, ["high"]) }
        #expect(error?.description.hasSuffix("line 2, row 1, column `c`: expected a number, found `high`") == true)
    }

    @Test(
        arguments: [
            ([.impute(.init(.median))], ["NA", ""], "column `c`: every value of the training rows is missing"),
            ([.standardize], ["NA", ""], "column `c`: every value of the training rows is missing"),
            (
                [.impute(.init(.constant("x")))], ["1", "2"],
                "impute: expected a number for a column of numbers, found `x`"
            ),
            ([.logOnePlus], ["1", "-1"], "line 3, row 2, column `c`: log1p takes numbers above -1, found -1.0"),
            ([.standardize], ["1", "inf"], "line 3, row 2, column `c`: expected a number, found infinity"),
            ([.ordinal(order: ["low", "high"])], ["low", "mid"], "expected one of `low`, `high`, found `mid`"),
            (
                [.dateParts([.month])], ["2026-01-01", "01.02.2026"],
                "expected a date such as 2026-11-21 14:05, found `01.02"
            ),
            ([.impute(.init(.median)), .impute(.init(.mean))], ["1", "2"], "impute stands twice in the chain"),
        ] as [([TransformDescription], [String], String)]
    )
    func trainingRowsThatTeachNothingAreNamed(steps: [TransformDescription], column: [String], expected: String) throws
    {
        let error = failure { _ = try pipeline(steps, column: column) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test func infinityIsLimitedWhereThatIsAskedFor() throws {
        let pipeline = try pipeline([.clip(.fixed(lower: nil, upper: 5))], column: ["1", "inf"])
        #expect(try features(pipeline, ["inf", "2"]) == [[5], [2]])
    }

    @Test func moreCategoriesThanAColumnHasAreTakenForAnIdentifier() throws {
        let column = (0...65_535).map { "id\($0)" }
        let error = failure { _ = try pipeline([.oneHot()], column: column) }
        #expect(error?.description.contains("more than 65535 categories") == true)
        #expect(error?.hints.first?.contains("identifier") == true)
        let tenThousand = try pipeline([.oneHot()], column: Array(column.prefix(10_000)))
        #expect(tenThousand.width == 10_000)
        #expect(try pipeline([.hash(buckets: 16)], column: column).width == 16)
    }
}
