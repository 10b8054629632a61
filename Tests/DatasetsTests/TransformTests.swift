import Datasets
import Support
import TestSupport
import Testing

/// scikit-learn's transformers are the judges: see `Fixtures/make_tables.py`.
struct TransformTests {
    struct Reference: Decodable {
        struct Standard: Decodable {
            let mean: Double
            let deviation: Double
            let values: [[Double?]]?
        }
        struct Range: Decodable {
            let least: Double
            let range: Double
            let values: [[Double?]]
        }
        struct Quartiles: Decodable {
            let median: Double
            let range: Double
            let values: [[Double?]]
        }
        let standardize: Standard
        let minMax: Range
        let robust: Quartiles
        let impute: [String: Double]
        let imputedAndStandardized: Standard
        let indicator: [[Double]]
        let log1p: [[Double]]
        let clip: [[Double]]
        let quantiles: [Double]
        let oneHot: [[Double]]
        let rare: [[Double]]
        let ordinal: [[Double]]
        let hash: [[Double]]
        let dateParts: [[Double]]
    }

    private struct Document: Decodable { let features: Reference }

    static let reference = Result {
        try JSON.decodePlain(Document.self, from: Fixtures.bytes("tables.json"), source: "tables.json").features
    }

    /// The features of one column of the messy table, and the chain that was fitted.
    private func fit(_ column: String, _ steps: [TransformDescription]) throws -> (FeaturePipeline.Column, Matrix) {
        let all = ["sensor", "skewed", "few", "machine", "grade", "label", "time"]
        let data = try PreparedData(
            DatasetDescription(
                task: .classification,
                train: .csv(
                    path: Fixtures.path("messy.csv"),
                    format: CSVFormat(),
                    target: column == "grade" ? "machine" : "grade"
                ),
                features: FeatureDescription(
                    [.init(column, steps)],
                    ignored: all.filter { $0 != column && $0 != (column == "grade" ? "machine" : "grade") }
                )
            )
        )
        return (data.features.columns[0], data.training.inputs.all)
    }

    private func expect(_ matrix: Matrix, _ expected: [[Double]], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(matrix.rows == expected.count, sourceLocation: sourceLocation)
        let far = zip(matrix.values, expected.joined()).filter { abs(Double($0) - $1) > 1e-6 * max(1, abs($1)) }
        #expect(far.isEmpty, sourceLocation: sourceLocation)
        #expect(matrix.columns == expected.first?.count, sourceLocation: sourceLocation)
    }

    private func isClose(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * max(1e-3, abs(right)) }

    @Test func scalersIgnoreWhatIsMissing() throws {
        let reference = try Self.reference.get()
        let zero = TransformDescription.impute(.init(.constant("0")))
        let (standard, standardized) = try fit("sensor", [.standardize, zero])
        let step = try #require(standard.steps[0].transform as? Standardize)
        #expect(isClose(step.means[0], reference.standardize.mean))
        #expect(isClose(step.deviations[0], reference.standardize.deviation))
        expect(standardized, (reference.standardize.values ?? []).map { $0.map { $0 ?? 0 } })

        let (range, ranged) = try fit("sensor", [.minMax, zero])
        let minMax = try #require(range.steps[0].transform as? MinMax)
        #expect(minMax.minima[0] == reference.minMax.least)
        #expect(isClose(minMax.ranges[0], reference.minMax.range))
        expect(ranged, reference.minMax.values.map { $0.map { $0 ?? 0 } })

        let (quartiles, scaled) = try fit("skewed", [.robust, zero])
        let robust = try #require(quartiles.steps[0].transform as? Robust)
        #expect(isClose(robust.medians[0], reference.robust.median))
        #expect(isClose(robust.ranges[0], reference.robust.range))
        expect(scaled, reference.robust.values.map { $0.map { $0 ?? 0 } })
    }

    @Test(arguments: [
        ("sensor", TransformDescription.Imputation.Strategy.median, "median"), ("skewed", .mean, "mean"),
        ("few", .mostFrequent, "most_frequent"),
    ])
    func imputersAreThoseOfScikitLearn(
        column: String,
        strategy: TransformDescription.Imputation.Strategy,
        name: String
    ) throws {
        let (fitted, _) = try fit(column, [.impute(.init(strategy))])
        let step = try #require(fitted.steps[0].transform as? Impute)
        #expect(isClose(step.values[0], try #require(Self.reference.get().impute[name])))
    }

    @Test func aStepLearnsFromWhatTheStepsBeforeItGive() throws {
        let reference = try Self.reference.get().imputedAndStandardized
        let (fitted, _) = try fit("sensor", [.impute(.init(.median)), .standardize])
        let step = try #require(fitted.steps[1].transform as? Standardize)
        #expect(isClose(step.means[0], reference.mean))
        #expect(isClose(step.deviations[0], reference.deviation))
    }

    @Test func anIndicatorStandsBehindTheValueAndIsNotScaled() throws {
        let (fitted, matrix) = try fit("skewed", [.impute(.init(.median, indicator: true)), .standardize])
        #expect(fitted.names == ["skewed", "skewed_missing"])
        let indicator = stride(from: 1, to: matrix.values.count, by: 2).map { [Double(matrix.values[$0])] }
        #expect(indicator == (try Self.reference.get().indicator))
    }

    @Test func logarithmsAndLimits() throws {
        let reference = try Self.reference.get()
        let mean = TransformDescription.impute(.init(.mean))
        expect(try fit("skewed", [mean, .logOnePlus]).1, reference.log1p)
        expect(try fit("skewed", [mean, .clip(.fixed(lower: 0.5, upper: 9))]).1, reference.clip)
        let (fitted, _) = try fit("skewed", [.clip(.quantiles(0.05, 0.9)), mean])
        let clip = try #require(fitted.steps[0].transform as? Clip)
        #expect(isClose(clip.lower[0], reference.quantiles[0]) && isClose(clip.upper[0], reference.quantiles[1]))
    }

    @Test func encodersAreThoseOfScikitLearn() throws {
        let reference = try Self.reference.get()
        expect(try fit("machine", [.oneHot()]).1, reference.oneHot)
        let (rare, matrix) = try fit("machine", [.oneHot(unknown: .other, minimumRows: 5)])
        expect(matrix, reference.rare)
        #expect(rare.names == ["machine=M1", "machine=M2", "machine=M3", "machine=M4", "machine other"])
        expect(try fit("grade", [.ordinal(order: ["low", "mid", "high"])]).1, reference.ordinal)
        expect(try fit("label", [.hash(buckets: 7)]).1, reference.hash)
        let parts: [DateParts.Part] = [.year, .month, .day, .weekday, .hour, .minute, .dayOfYear]
        expect(try fit("time", [.dateParts(parts)]).1, reference.dateParts)
    }

    @Test(
        arguments: [
            [.impute(.init(.median, indicator: true)), .standardize],
            [.clip(.fixed(lower: nil, upper: 3)), .impute(.init(.mean))],
            [.clip(.quantiles(0.1, 0.9)), .impute(.init(.constant("-1.5"))), .minMax],
            [.impute(.init(.mostFrequent)), .robust],
            [.impute(.init(.constant("0"))), .logOnePlus, .rescale(factor: 0.5)],
        ] as [[TransformDescription]]
    )
    func chainsOfNumbersComeBackFromJSON(steps: [TransformDescription]) throws {
        let bytes = try JSON.encode(steps, pretty: false)
        #expect(try JSON.decodePlain([TransformDescription].self, from: bytes, source: "steps") == steps)
        let (fitted, _) = try fit("skewed", steps)
        let fittedBytes = try JSON.encode(fitted, pretty: false)
        #expect(try JSON.decodePlain(FeaturePipeline.Column.self, from: fittedBytes, source: "column") == fitted)
    }

    @Test(
        arguments: [
            ("machine", [.oneHot(unknown: .other, minimumRows: 5)]), ("grade", [.ordinal()]),
            ("grade", [.ordinal(order: ["low", "mid", "high"], unknown: .other)]), ("label", [.hash(buckets: 3)]),
            ("time", [.dateParts([.timestamp, .weekday]), .standardize]),
            ("machine", [.impute(.init(.mostFrequent, indicator: true)), .oneHot()]),
            ("machine", [.impute(.init(.constant("none"))), .oneHot(unknown: .error)]),
        ] as [(String, [TransformDescription])]
    )
    func chainsOfTextComeBackFromJSON(column: String, steps: [TransformDescription]) throws {
        let bytes = try JSON.encode(steps, pretty: false)
        #expect(try JSON.decodePlain([TransformDescription].self, from: bytes, source: "steps") == steps)
        let (fitted, _) = try fit(column, steps)
        let fittedBytes = try JSON.encode(fitted, pretty: false)
        #expect(try JSON.decodePlain(FeaturePipeline.Column.self, from: fittedBytes, source: "column") == fitted)
    }

    @Test func whatWasWrittenBeforeThereWereOptionsIsUnderstood() throws {
        let old = #"[{"one_hot":{}},{"rescale":{"factor":0.5}},{"standardize":{}}]"#
        let steps = try JSON.decodePlain([TransformDescription].self, from: Array(old.utf8), source: "old")
        #expect(steps == [.oneHot(), .rescale(factor: 0.5), .standardize])
        #expect(String(decoding: try JSON.encode(steps, pretty: false), as: UTF8.self) == old)
    }
}
