import Datasets
import Support
import TestSupport
import Testing

struct SplitTests {
    @Test(arguments: [
        (10, 0.2, 0.1, [7, 2, 1]), (1000, 0.15, 0.15, [700, 150, 150]), (3, 0.01, 0.01, [1, 1, 1]),
        (5, 0, 0, [5, 0, 0]),
    ])
    func sharesAreKept(rows: Int, validation: Double, test: Double, counts: [Int]) throws {
        let parts = try Split(validation: validation, test: test).parts(of: rows, seed: 1)
        #expect([parts.training.count, parts.validation.count, parts.test.count] == counts)
        #expect((parts.training + parts.validation + parts.test).sorted() == Array(0..<rows))
        #expect(parts.training == parts.training.sorted())
    }

    @Test func theSeedDecides() throws {
        let split = try Split(validation: 0.5)
        #expect(try split.parts(of: 100, seed: 1) == split.parts(of: 100, seed: 1))
        #expect(try split.parts(of: 100, seed: 1) != split.parts(of: 100, seed: 2))
    }

    @Test func everyPartHasItsShareOfEachClass() throws {
        // 900 rows of class 0, 99 of class 1, one of class 2.
        let classes = (0..<1000).map { Int32($0 < 900 ? 0 : $0 < 999 ? 1 : 2) }
        let parts = try Split(validation: 0.2, test: 0.1).stratifiedParts(of: classes, count: 3, seed: 4)
        func counts(_ rows: [Int]) -> [Int] { (0..<3).map { label in rows.count { classes[$0] == label } } }
        #expect(counts(parts.validation) == [180, 20, 0])
        #expect(counts(parts.test) == [90, 10, 0])
        #expect(counts(parts.training) == [630, 69, 1])
    }

    @Test(arguments: [(0.5, 0.5), (1, 0), (-0.1, 0)])
    func sharesMustLeaveSomething(validation: Double, test: Double) {
        #expect(throws: DatasetError.self) { try Split(validation: validation, test: test) }
    }

    @Test(arguments: [0, 1, 2])
    func tooFewRowsAreRefused(rows: Int) {
        #expect(throws: DatasetError.self) { try Split(validation: 0.3, test: 0.3).parts(of: rows, seed: 1) }
    }
}

/// Splits that keep rows together.
struct GroupedSplitTests {
    /// 40 groups of 1 to 10 rows; a fifth of the rows of the second class, crowded into some groups.
    private func groups() -> (groups: [Int32], classes: [Int32]) {
        var (groups, classes): ([Int32], [Int32]) = ([], [])
        for group in 0..<Int32(40) {
            for row in 0..<(group % 10 + 1) {
                groups.append(group)
                classes.append(group % 5 == 0 ? 1 : row % 9 == 0 ? 1 : 0)
            }
        }
        return (groups, classes)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func noGroupIsInTwoParts(seed: UInt64) throws {
        let (groups, classes) = groups()
        let split = try Split(validation: 0.2, test: 0.2, by: .group(column: "batch"))
        let parts = try split.groupedParts(of: groups, classes: classes, count: 2, seed: seed)
        let sets = [parts.training, parts.validation, parts.test].map { Set($0.map { groups[$0] }) }
        #expect(
            sets[0].isDisjoint(with: sets[1]) && sets[0].isDisjoint(with: sets[2]) && sets[1].isDisjoint(with: sets[2])
        )
        #expect((parts.training + parts.validation + parts.test).sorted() == Array(groups.indices))
        for (part, share) in [(parts.training, 0.6), (parts.validation, 0.2), (parts.test, 0.2)] {
            #expect(abs(Double(part.count) / Double(groups.count) - share) < 0.03)
            let positives = part.count { classes[$0] == 1 }
            #expect(abs(Double(positives) / Double(classes.count { $0 == 1 }) - share) < 0.08)
        }
        #expect(try split.groupedParts(of: groups, classes: classes, count: 2, seed: seed) == parts)
    }

    @Test(arguments: [[0, 0, 0, 0, 0], [0, 0, 0, 0, 1]] as [[Int32]])
    func aGroupThatIsEverywhereIsRefused(groups: [Int32]) throws {
        let split = try Split(validation: 0.2, test: 0.2, by: .group(column: "batch"))
        #expect(throws: DatasetError.self) { try split.groupedParts(of: groups, classes: nil, count: 1, seed: 1) }
    }

    @Test func theOldestRowsAreForTraining() throws {
        let times = [5, 1, 4, 2, 3, 9, 8, 7, 6, 0].map { Double($0) }
        let split = try Split(validation: 0.2, test: 0.2, by: .time(column: "t"))
        let parts = try split.chronologicalParts(of: times)
        #expect(Set(parts.training.map { times[$0] }) == [0, 1, 2, 3, 4, 5])
        #expect(Set(parts.validation.map { times[$0] }) == [6, 7])
        #expect(Set(parts.test.map { times[$0] }) == [8, 9])
    }

    @Test func rowsOfOneMomentStayTogether() throws {
        let times = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3].map { Double($0) }
        let split = try Split(validation: 0.3, test: 0.3, by: .time(column: "t"))
        let parts = try split.chronologicalParts(of: times)
        #expect([parts.training, parts.validation, parts.test] == [[0, 1, 2], [3, 4, 5, 6], [7, 8, 9]])
        #expect(throws: DatasetError.self) { try split.chronologicalParts(of: [1, 1, 1, 1]) }
    }

    @Test(arguments: [
        Split.Grouping.group(column: "batch"), .time(column: "t"), .time(column: "t", format: .dayFirst),
    ])
    func whatRowsAreDealtOutByComesBackFromJSON(grouping: Split.Grouping) throws {
        let split = try Split(validation: 0.2, by: grouping)
        #expect(try JSON.decodePlain(Split.self, from: JSON.encode(split, pretty: false), source: "split") == split)
    }

    @Test(arguments: [
        (
            "g,x,y\na,1,1\n,2,2\nb,3,3\n", Split.Grouping.group(column: "g"),
            "line 3, row 2, column `g`: expected the group"
        ),
        (
            "g,x,y\n2026-01-01,1,1\n02.01.2026,2,2\n", .time(column: "g"),
            "line 3, row 2, column `g`: expected a date such as"
        ),
        (
            "g,x,y\n5,1,1\nx,2,2\n", .time(column: "g"),
            "line 3, row 2, column `g`: expected a number as in the rows before"
        ),
        ("g,x,y\n5,1,1\n", .time(column: "y"), "cannot be dealt out by their target `y`"),
        ("g,x,y\n5,1,1\n", .time(column: "z"), "there is no column `z`"),
    ])
    func rowsThatCannotBeDealtOutAreNamed(text: String, grouping: Split.Grouping, expected: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", text)
        let error = failure {
            _ = try PreparedData(
                DatasetDescription(
                    task: .regression,
                    train: .csv(path: path, format: CSVFormat(), target: "y"),
                    split: Split(validation: 0.3, by: grouping),
                    features: FeatureDescription(
                        [.init("x", [])],
                        ignored: text.hasPrefix("g,x,y\n5,1,1\n") ? ["g"] : []
                    )
                )
            )
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test func theColumnThatDealsTheRowsNeedNotBeThereLater() throws {
        let scratch = try Scratch()
        let rows = (0..<40).map { "b\($0 / 4),\($0),\($0 % 2)\n" }
        let path = try scratch.write("t.csv", "batch,x,y\n" + rows.joined())
        let description = DatasetDescription(
            task: .classification,
            train: .csv(path: path, format: CSVFormat(), target: "y"),
            split: try Split(validation: 0.2, test: 0.2, by: .group(column: "batch")),
            features: FeatureDescription([.init("x", [.standardize])]),
            seed: 3
        )
        let data = try PreparedData(description)
        #expect(data.features.fields.map(\.name) == ["x"])
        let plain = try scratch.write("p.csv", "x\n1\n")
        #expect(try data.features.transform(data.features.reader(of: plain).readAll()).rows == 1)
        let withBatch = try scratch.write("q.csv", "batch,x\nb1,1\n")
        #expect(try data.features.transform(data.features.reader(of: withBatch).readAll()).rows == 1)
        // What is dealt out again for an evaluation is what training kept.
        for (part, kept) in [(DatasetDescription.Part.test, data.test), (.validation, data.validation)] {
            let dealt = try description.rows(of: part, fields: data.features.fields, classes: data.classes)
            #expect(try dealt.map { try data.features.examples(of: $0.rows) } == kept && kept != nil)
        }
    }
}
