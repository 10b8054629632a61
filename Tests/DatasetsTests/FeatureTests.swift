import Datasets
import Support
import TestSupport
import Testing

/// scikit-learn's StandardScaler and OneHotEncoder are the judges: see `Fixtures/make.py`.
struct FeatureTests {
    struct Reference: Decodable {
        let means: [Double]
        let deviations: [Double]
        let categories: [ByteString]
        let features: [[Double]]
    }

    static let reference = Result {
        try JSON.decodePlain(Reference.self, from: Fixtures.bytes("process.json"), source: "process.json")
    }

    static func description(validation: Double = 0) throws -> DatasetDescription {
        DatasetDescription(
            task: .classification,
            train: .csv(path: Fixtures.path("process.csv"), format: CSVFormat(), target: "defect"),
            split: try Split(validation: validation),
            features: FeatureDescription(
                [
                    .init("offset", [.standardize]), .init("force", [.standardize]), .init("constant", [.standardize]),
                    .init("machine", [.oneHot()]), .init("count", []),
                ],
                ignored: ["batch_id"]
            )
        )
    }

    /// The pipeline of the first 30 rows, which are the whole training file here.
    private func pipelineOfThirtyRows(_ directory: Scratch) throws -> FeaturePipeline {
        let lines = try Fixtures.bytes("process.csv").split(separator: UInt8(ascii: "\n")).prefix(31)
        let path = try directory.write("train.csv", Array(lines.joined(separator: [UInt8(ascii: "\n")])))
        var description = try Self.description()
        description.train = .csv(path: path, format: CSVFormat(), target: "defect")
        return try PreparedData(description).features
    }

    @Test func standardizeAndOneHotAreThoseOfScikitLearn() throws {
        let directory = try Scratch()
        let features = try pipelineOfThirtyRows(directory)
        let reference = try Self.reference.get()
        var categories: [ByteString] = []
        for (index, column) in features.columns.enumerated() {
            switch column.steps.first?.transform {
            case let step as Standardize:
                #expect(abs(step.means[0] - reference.means[index]) <= 1e-9 * abs(reference.means[index]))
                #expect(abs(step.deviations[0] - reference.deviations[index]) <= 1e-9 * reference.deviations[index])
            case let step as OneHot: categories = step.categories
            default: #expect(column.field.name == "count")
            }
        }
        // The two spellings of Ä are two categories, as they are for Python.
        #expect(categories == reference.categories)
        #expect(features.names.prefix(5) == ["offset", "force", "constant", "machine=A\u{308}2", "machine=M1"])

        let reader = try features.reader(of: Fixtures.path("process.csv"))
        let matrix = try features.transform(reader.readAll())
        #expect(matrix.rows == 40)
        #expect(matrix.columns == reference.features[0].count)
        let expected = reference.features.joined()
        let far = zip(matrix.values, expected).filter { abs(Double($0) - $1) > 1e-6 * max(1, abs($1)) }
        #expect(far.isEmpty)
    }

    @Test func batchesGiveTheSameAsTheWhole() throws {
        let features = try PreparedData(Self.description()).features
        let path = Fixtures.path("process.csv")
        let whole = try features.transform(features.reader(of: path).readAll())
        let reader = try features.reader(of: path)
        var values: [Float] = []
        while let rows = try reader.read(upTo: 7) { values += try features.transform(rows).values }
        #expect(values == whole.values)
    }

    @Test func featuresComeBackFromJSON() throws {
        let features = try PreparedData(Self.description()).features
        let bytes = try JSON.encode(features)
        let copy = try JSON.decode(FeaturePipeline.self, from: bytes, source: "features.json")
        #expect(copy == features)
        #expect(try JSON.encode(copy) == bytes)
        let path = Fixtures.path("process.csv")
        #expect(
            try copy.transform(copy.reader(of: path).readAll())
                == features.transform(features.reader(of: path).readAll())
        )
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""schema" : "features/1""#))
    }

    @Test func onlyTrainingRowsAreLearnedFrom() throws {
        let all = try PreparedData(Self.description()).features
        let most = try PreparedData(Self.description(validation: 0.25)).features
        #expect(all != most)
    }

    @Test func columnsMayStandInAnyOrderAndTheTargetMayBeMissing() throws {
        let directory = try Scratch()
        let features = try pipelineOfThirtyRows(directory)
        let header = "offset,force,constant,machine,count"
        let forward = try directory.write("a.csv", "\(header),defect,batch_id\n1000000,-3,7.5,M1,5,yes,b1\n")
        let shuffled = try directory.write("b.csv", "count,machine,force,offset,constant\n5,M1,-3,1000000,7.5\n")
        let first = try features.transform(features.reader(of: forward).readAll())
        #expect(try features.transform(features.reader(of: shuffled).readAll()) == first)
    }

    @Test func anUnknownCategoryGetsZeros() throws {
        let directory = try Scratch()
        let features = try pipelineOfThirtyRows(directory)
        let path = try directory.write("x.csv", "offset,force,constant,machine,count\n1000000,-3,7.5,M9,5\n")
        let row = try features.transform(features.reader(of: path).readAll()).values
        #expect(row.dropFirst(3).dropLast().allSatisfy { $0 == 0 })
    }

    @Test(arguments: [
        ("offset,force,constant,machine\n1,2,3,M1\n", "column `count` is missing"),
        ("offset,machine\n1,M1\n", "3 columns are missing: force, constant, count"),
        ("offset,force,constant,machine,count,extra\n1,2,3,M1,5,6\n", "does not know the column `extra`"),
        (
            "offset,force,constant,machine,count\n1,2,3,M1,many\n",
            "line 2, row 1, column `count`: expected a number, found `many`"
        ),
        ("offset,force,constant,machine,count\n1,2,3,M1,1e39\n", "row 1, column `count`: the feature is too large"),
    ])
    func tablesThatDoNotFitSayWhy(content: String, expected: String) throws {
        let directory = try Scratch()
        let features = try pipelineOfThirtyRows(directory)
        let path = try directory.write("x.csv", content)
        let error = failure { _ = try features.transform(features.reader(of: path).readAll(), source: path) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test(arguments: [
        (FeatureDescription([.init("force", [])]), "column `offset`: the column is neither a feature nor ignored"),
        (FeatureDescription([.init("forces", [])]), "there is no column `forces`"),
        (FeatureDescription(ignored: ["nothing"]), "there is no column `nothing`"),
        (
            FeatureDescription([.init("*", []), .init("defect", [])]),
            "column `defect`: the column is a feature, and it is the target as well"
        ),
        (
            FeatureDescription(
                [.init("machine", [.standardize, .oneHot()])],
                ignored: ["offset", "force", "constant", "count", "batch_id"]
            ), "standardize takes numbers, and the column is text before one_hot"
        ),
        (FeatureDescription(), "column `machine`: expected a number, found"),
    ])
    func descriptionsThatDoNotFitSayWhy(features: FeatureDescription, expected: String) throws {
        var description = try Self.description()
        description.features = features
        let error = failure { _ = try PreparedData(description) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test(arguments: [
        ("*", ["a", "sensor_1", "sensor_2", "x_sensor"]), ("sensor_*", ["sensor_1", "sensor_2"]),
        ("*sensor*", ["sensor_1", "sensor_2", "x_sensor"]), ("s*_*2", ["sensor_2"]), ("a*", ["a"]), ("a", ["a"]),
        ("*_*_*", []), ("a*a", []),
    ])
    func patternsNameColumns(pattern: String, expected: [String]) throws {
        let directory = try Scratch()
        let path = try directory.write("t.csv", "a,sensor_1,y,sensor_2,x_sensor\n1,2,3,4,5\n2,3,4,5,6\n")
        let description = DatasetDescription(
            task: .regression,
            train: .csv(path: path, format: CSVFormat(), target: "y"),
            features: FeatureDescription([.init(pattern, [.standardize]), .init("*", [])])
        )
        if expected.isEmpty {
            #expect(failure { _ = try PreparedData(description) }?.kind == .notFound)
        } else {
            let columns = try PreparedData(description).features.columns
            #expect(columns.filter { !$0.steps.isEmpty }.map(\.field.name) == expected)
            #expect(columns.count == 4)
        }
    }

    @Test func imagesAreRescaledAndKeepTheirShape() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .classification,
                train: .idx(images: Fixtures.path("images.idx.gz"), labels: Fixtures.path("labels.idx.gz")),
                features: FeatureDescription([.init("image", [.rescale(factor: 1 / 255)])])
            )
        )
        #expect(data.features.shape == [2, 3])
        #expect(data.training.inputShape == [2, 3])
        #expect(data.training.inputs.all.values == (0..<30).map { Float(Double($0) * (1 / 255)) })
        #expect(data.training.targets == .classes([0, 1, 2, 1, 0], count: 3))
        #expect(data.classes?.names == ["0", "1", "2"])
        let reader = try data.features.reader(of: Fixtures.path("images.idx"))
        #expect(try data.features.transform(reader.readAll()) == data.training.inputs.all)
    }

    @Test func vectorsAreStandardizedPerValue() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .synthetic(.regression(rows: 500, inputs: 3, seed: 1)),
                features: FeatureDescription([.init("inputs", [.standardize])])
            )
        )
        let inputs = data.training.inputs.all
        for column in 0..<3 {
            let values = (0..<500).map { Double(inputs.values[$0 * 3 + column]) }
            let mean = values.reduce(0, +) / 500
            #expect(abs(mean) < 1e-6)
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 500 - 1) < 1e-5)
        }
        #expect(data.features.names == ["inputs_0", "inputs_1", "inputs_2"])
    }

    @Test func aModelOfVectorsTakesATableWithItsColumns() throws {
        let data = try PreparedData(
            DatasetDescription(task: .regression, train: .synthetic(.regression(rows: 5, inputs: 2, seed: 1)))
        )
        let directory = try Scratch()
        let path = try directory.write("x.csv", "inputs_1,inputs_0\n2,1\n4,3\n")
        #expect(try data.features.transform(data.features.reader(of: path).readAll()).values == [1, 2, 3, 4])
    }
}
