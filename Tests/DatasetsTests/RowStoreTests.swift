import Datasets
import Support
import TestSupport
import Testing

struct RowStoreTests {
    /// A table of several blocks, with numbers and text, some of it missing.
    private func table(_ scratch: borrowing Scratch, rows: Int) throws -> String {
        let random = CounterRandom(seed: 3, stream: 1)
        let lines = (0..<UInt64(rows)).map { row in
            let number = random.integer(at: 2 * row, below: 20) == 0 ? "" : "\(random.normal(at: row))"
            return "\(number),text \(random.integer(at: 2 * row + 1, below: 50)),\(row)\n"
        }
        return try scratch.write("t.csv", "a,b,c\n" + lines.joined())
    }

    private func reader(_ path: String) throws -> CSVRowReader {
        let reader = try CSVRowReader(path: path)
        try reader.select([Field("b", .text), Field("a", .number), Field("c", .number)])
        return reader
    }

    @Test(arguments: [0, 100_000, 1 << 30])
    func rowsComeBackFromTheFileAsTheyWere(limit: Int) throws {
        let scratch = try Scratch()
        let path = try table(scratch, rows: 9000)
        let whole = try reader(path).readAll()
        let store = try RowStore(reader(path), memoryLimit: limit, folder: scratch.path)
        #expect(store.count == 9000)
        #expect(store.blockRanges == [0..<4096, 4096..<8192, 8192..<9000])
        #expect(try store.column(0).values == whole.columns[0].values)
        #expect(
            try store.column(1).numbers().map(\.bitPattern) == whole.columns[1].numbers().map(\.bitPattern)
        )
        #expect(try store.rows(ofBlock: 1).columns[2].numbers() == (4096..<8192).map { Double($0) })
        // The file has no name: a process that is killed leaves nothing.
        #expect(try FileSystem.names(in: scratch.path) == ["t.csv"])
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let scratch = try Scratch()
        let path = try table(scratch, rows: 10)
        let error = failure { _ = try RowStore(reader(path), memoryLimit: 0, folder: "\(scratch.path)/none") }
        #expect(error?.description.contains("none/mlops-") == true)
    }
}

/// Exact quantiles, by sorting, are the reference.
struct QuantileTests {
    /// Numbers that are awkward to sort by their bits.
    struct Numbers: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let values: [Double]
    }

    static let sets: [Numbers] = {
        let random = CounterRandom(seed: 9, stream: 1)
        let normal = (0..<20_000).map { random.normal(at: $0) * 1e3 }
        return [
            Numbers(testDescription: "one", values: [5]), Numbers(testDescription: "two", values: [2, 1]),
            Numbers(testDescription: "both zeros", values: [-0.0, 0, 0, -0.0, 1]),
            Numbers(testDescription: "negative", values: [-1, -2, -3, 4]),
            Numbers(testDescription: "all the same", values: Array(repeating: 7.25, count: 9000)),
            Numbers(testDescription: "normal", values: normal),
            Numbers(testDescription: "with ties", values: normal.map { ($0 / 100).rounded() }),
            Numbers(testDescription: "far from zero", values: normal.map { 1e9 + $0 / 1e6 }),
            Numbers(testDescription: "subnormal", values: normal.map { $0 * 1e-300 * 1e-10 }),
            Numbers(
                testDescription: "two signs",
                values: (0..<6000).map { Double($0 % 2 == 0 ? 1 : -1) * Double($0 / 100) }
            ),
        ]
    }()

    private func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let (lower, upper) = (sorted[Int(place)], sorted[Int(place.rounded(.up))])
        return lower + (upper - lower) * (place - place.rounded(.down))
    }

    @Test(arguments: sets)
    func quantilesAreThoseOfTheSortedNumbers(set: Numbers) throws {
        let numbers = set.values
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", "a,y\n" + numbers.map { "\($0),1\n\($0),2\n,1\n" }.joined())
        let data = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .csv(path: path, format: CSVFormat(), target: "y"),
                features: FeatureDescription([
                    .init("a", [.clip(.quantiles(0.013, 0.977)), .impute(.init(.constant("0"))), .rescale(factor: 0)])
                ])
            )
        )
        let clip = try #require(data.features.columns[0].steps[0].transform as? Clip)
        let sorted = (numbers + numbers).sorted()
        #expect(abs(clip.lower[0] - quantile(sorted, 0.013)) <= 1e-12 * abs(clip.lower[0]))
        #expect(abs(clip.upper[0] - quantile(sorted, 0.977)) <= 1e-12 * abs(clip.upper[0]))
    }
}
