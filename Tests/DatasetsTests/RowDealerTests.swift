import Datasets
import Support
import TestSupport
import Testing

/// Rows of one source after the other: what was kept from a model stays kept from it.
struct RowDealerTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// What the dealer has done with the files: for each the numbers of its rows in training, validation and test.
    private struct Dealt {
        let parts: [RowDealer.Parts]

        /// The first feature of the rows of a part, which is the number of the row.
        func rows(_ part: KeyPath<RowDealer.Parts, Examples?>) -> [[Int]] {
            parts.map { parts in
                guard let examples = parts[keyPath: part] else { return [] }
                return (0..<examples.rows).map { Int(examples.inputs.all.values[$0 * examples.inputs.columns]) }
            }
        }
    }

    private func deal(_ files: [String], by grouping: Split.Grouping?, test: String? = nil) throws -> Dealt {
        let sources = try files.enumerated().map { index, text in
            try DataSource.csv(path: scratch.write("\(index).csv", text), format: CSVFormat(), target: "y")
        }
        let description = DatasetDescription(
            task: .regression,
            train: sources[0],
            test: try test.map {
                try .csv(path: scratch.write("test.csv", $0), format: CSVFormat(), target: "y")
            },
            split: try Split(validation: 0.2, test: test == nil ? 0.2 : 0, by: grouping),
            features: FeatureDescription(ignored: grouping.map { [$0.column] } ?? []),
            seed: 3
        )
        let prepared = try PreparedData(description)
        var dealer = RowDealer(description, features: prepared.features, classes: nil)
        let first = try dealer.dealDescribed { _ in }
        // The first source is dealt out as for a training, to the row.
        #expect(first.training == prepared.training)
        #expect(first.validation == prepared.validation)
        #expect(first.test == prepared.test)
        return Dealt(parts: [first] + (try sources.dropFirst().map { try dealer.deal($0) { _ in } }))
    }

    private func table(_ rows: Range<Int>, _ key: (Int) -> Int) -> String {
        "x,key,y\n" + rows.map { "\($0),\(key($0)),\($0)\n" }.joined()
    }

    @Test func noGroupIsInTwoPartsOfAnySources() throws {
        let key = { (row: Int) in row * 7919 % 45 }
        // The second file has rows of old groups and of new ones, the third of both.
        let files = [
            table(0..<200) { key($0) % 30 }, table(200..<400) { key($0) }, table(400..<600) { key($0) + 10 },
        ]
        let dealt = try deal(files, by: .group(column: "key"))
        let keys: [[(Int) -> Int]] = [[{ key($0) % 30 }], [key], [{ key($0) + 10 }]]
        var parts: [Int: Set<String>] = [:]
        for (name, part) in [("train", \RowDealer.Parts.training), ("validation", \.validation), ("test", \.test)] {
            for (file, rows) in dealt.rows(part).enumerated() {
                for row in rows { parts[keys[file][0](row), default: []].insert(name) }
            }
        }
        #expect(parts.count == 55)
        #expect(parts.values.allSatisfy { $0.count == 1 }, "\(parts)")
        // New groups are dealt out, not just learned from.
        #expect(dealt.rows(\.test)[1].contains { key($0) >= 30 })
        let all = dealt.rows(\.training) + dealt.rows(\.validation) + dealt.rows(\.test)
        #expect(all.flatMap { $0 }.sorted() == Array(0..<600))
        #expect(dealt.parts.allSatisfy { $0.repeated == 0 })
    }

    @Test func rowsFromTheTimeOfAPartBelongToIt() throws {
        // The second file reaches back over all of the first, and beyond it; the third over both.
        let files = [
            table(0..<100) { $0 }, table(100..<300) { $0 - 50 - 50 * ($0 % 2) }, table(300..<400) { $0 - 300 },
        ]
        let dealt = try deal(files, by: .time(column: "key"))
        let (training, validation, test) = (dealt.rows(\.training), dealt.rows(\.validation), dealt.rows(\.test))
        #expect(training[0].max() == 59 && validation[0].max() == 79 && test[0].max() == 99)
        let time = { (row: Int) in row - 50 - 50 * (row % 2) }
        for row in training[1] { #expect(time(row) <= 59 || time(row) > 99) }
        for row in validation[1] { #expect((60...79).contains(time(row)) || time(row) > 99) }
        for row in test[1] { #expect((80...99).contains(time(row)) || time(row) > 99) }
        #expect(training[1].contains { time($0) > 99 } && test[1].contains { time($0) > 99 })
        #expect(training[2] == Array(300..<360) && validation[2] == Array(360..<380) && test[2] == Array(380..<400))
    }

    @Test func aRowThatWasThereBeforeStaysInItsPart() throws {
        let old = table(0..<100) { $0 }
        // Half of the second file are rows of the first.
        let dealt = try deal([old, table(50..<150) { $0 }], by: nil)
        for part in [\RowDealer.Parts.training, \.validation, \.test] {
            let (first, second) = (Set(dealt.rows(part)[0]), dealt.rows(part)[1])
            #expect(second.filter { $0 < 100 }.allSatisfy { first.contains($0) })
            #expect(second.contains { $0 >= 100 })
        }
        #expect(dealt.parts.map(\.repeated) == [0, 50])
        // Rows of a test file of its own are kept from training as well.
        let own = try deal([old, table(100..<200) { $0 }], by: nil, test: table(120..<140) { $0 })
        #expect(own.rows(\.test)[1].sorted() == Array(120..<140))
    }

    /// A test file of its own keeps its groups, its times and its rows from training as well.
    @Test(arguments: [Split.Grouping.group(column: "key"), .time(column: "key")])
    func whatJudgesInAFileOfItsOwnIsKept(grouping: Split.Grouping) throws {
        let own = table(1000..<1100) { 40 + $0 % 10 }
        let dealt = try deal(
            [table(0..<200) { $0 % 40 }, table(200..<400) { 35 + $0 % 20 }, table(1000..<1100) { 40 + $0 % 10 }],
            by: grouping,
            test: own
        )
        for row in dealt.rows(\.training)[1] + dealt.rows(\.validation)[1] {
            #expect(!(40..<50).contains(35 + row % 20), "\(row)")
        }
        #expect(dealt.rows(\.test)[1].count == 100)
        #expect(dealt.rows(\.training)[2].isEmpty && dealt.rows(\.validation)[2].isEmpty)
    }

    /// A source is dealt out as if the others had not been there.
    @Test(arguments: [Split.Grouping.group(column: "key"), .time(column: "key"), nil])
    func whatWasNotThereDoesNotCount(grouping: Split.Grouping?) throws {
        let files = [
            table(0..<100) { $0 % 20 }, table(50..<250) { $0 * 7 % 50 }, table(150..<400) { $0 * 11 % 60 },
        ]
        let sources = try files.enumerated().map { index, text in
            try DataSource.csv(path: scratch.write("\(index).csv", text), format: CSVFormat(), target: "y")
        }
        let description = DatasetDescription(
            task: .regression,
            train: sources[0],
            split: try Split(validation: 0.2, test: 0.2, by: grouping),
            features: FeatureDescription(ignored: grouping.map { [$0.column] } ?? []),
            seed: 3
        )
        func dealer() throws -> RowDealer {
            var dealer = RowDealer(description, features: try PreparedData(description).features, classes: nil)
            _ = try dealer.dealDescribed { _ in }
            return dealer
        }
        var (with, without) = (try dealer(), try dealer())
        _ = try with.deal(sources[1]) { _ in }
        let (found, expected) = (
            try with.deal(sources[2], after: [0]) { _ in }, try without.deal(sources[2]) { _ in }
        )
        #expect(found.training == expected.training && found.validation == expected.validation)
        #expect(found.test == expected.test)
        var all = try dealer()
        _ = try all.deal(sources[1]) { _ in }
        #expect(try all.deal(sources[2]) { _ in }.training != expected.training)
        let learned = try all.learn(sources[2]) { _ in }
        #expect(learned.training?.rows == 250 && learned.validation == nil && learned.test == nil)
    }

    /// Where few different rows exist, a row that was in two parts before says nothing about the next.
    @Test func rowsThatAreEverywhereAreDealtOut() throws {
        let table = { (rows: Range<Int>) in "x,key,y\n" + rows.map { "\($0 % 3),1,\($0)\n" }.joined() }
        let dealt = try deal([table(0..<90), table(90..<180)], by: nil)
        #expect(dealt.rows(\.test)[1].count == 18 && dealt.rows(\.training)[1].count == 54)
        #expect(dealt.parts[1].repeated == 0)
    }

    @Test func aFewNewRowsAreLearnedFrom() throws {
        let dealt = try deal([table(0..<100) { $0 }, table(100..<102) { $0 }], by: nil)
        #expect(dealt.rows(\.training)[1] == [100, 101])
    }
}
