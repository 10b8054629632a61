import Datasets
import Support
import TestSupport
import Testing

/// Rows that are dealt into folds.
struct FoldTests {
    /// Rows, folds and classes of any numbers.
    struct Case: CustomTestStringConvertible {
        let seed: UInt64

        private func number(_ place: UInt64, _ range: ClosedRange<Int>) -> Int {
            range.lowerBound + CounterRandom(seed: seed, stream: 7).integer(at: place, below: range.count)
        }

        var folds: Int { number(0, 2...12) }
        var rows: Int { number(1, folds...200) }
        var classes: Int { number(2, 1...5) }
        var testDescription: String { "\(rows) rows of \(classes) classes in \(folds) folds" }

        /// Some classes are much rarer than others.
        var labels: [Int32] {
            let random = CounterRandom(seed: seed, stream: 8)
            return (0..<rows).map { row in
                let share = random.uniform(at: UInt64(row))
                return Int32(share * share * Double(classes))
            }
        }

        /// Groups of very different sizes, at least one for each fold.
        var groups: [Int32] {
            let random = CounterRandom(seed: seed, stream: 9)
            let count = max(folds, rows / 3)
            return (0..<rows).map { row in
                let share = random.uniform(at: UInt64(row))
                return row < folds ? Int32(row) : Int32(share * share * Double(count))
            }
        }
    }

    @Test("Every row is in one fold, and folds are as equal as can be", arguments: (0..<60).map { Case(seed: $0) })
    func foldsAreEqual(example: Case) throws {
        func deal(_ seed: UInt64) throws -> Folds {
            try Folds(
                example.folds,
                of: example.rows,
                classes: example.labels,
                classCount: example.classes,
                seed: seed
            )
        }
        let folds = try deal(1)
        let rows = (0..<example.folds).map { folds.rows(of: $0) }
        #expect(rows.joined().sorted() == Array(0..<example.rows))
        let sizes = rows.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1 && sizes.min() != 0)
        for label in 0..<Int32(example.classes) {
            let counts = rows.map { fold in fold.count { example.labels[$0] == label } }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
        for fold in 0..<example.folds {
            #expect((folds.rows(besides: fold) + rows[fold]).sorted() == Array(0..<example.rows))
        }
        #expect(try deal(1) == folds)
        if example.rows > 20 { #expect(try deal(2) != folds) }
    }

    @Test("A group is in one fold, and no fold is empty", arguments: (0..<60).map { Case(seed: $0) })
    func groupsStayTogether(example: Case) throws {
        let groups = example.groups
        let folds = try Folds(
            example.folds,
            ofGroups: groups,
            classes: example.labels,
            classCount: example.classes,
            seed: 3
        )
        let rows = (0..<example.folds).map { folds.rows(of: $0) }
        #expect(rows.joined().sorted() == Array(0..<example.rows))
        #expect(rows.allSatisfy { !$0.isEmpty })
        let places = Dictionary(grouping: groups.indices) { groups[$0] }.mapValues { Set($0.map { folds.numbers[$0] }) }
        #expect(places.values.allSatisfy { $0.count == 1 })
    }

    @Test func manyGroupsGiveEqualFoldsWithEqualClasses() throws {
        // 100 groups of 1 to 10 rows; every third group is of the second class.
        let groups = (0..<Int32(100)).flatMap { group in [Int32](repeating: group, count: Int(group) % 10 + 1) }
        let classes = groups.map { Int32($0 % 3 == 0 ? 1 : 0) }
        let folds = try Folds(5, ofGroups: groups, classes: classes, classCount: 2, seed: 1)
        for fold in 0..<5 {
            let rows = folds.rows(of: fold)
            #expect(abs(rows.count - groups.count / 5) <= 10)
            let share = Double(rows.count { classes[$0] == 1 }) / Double(classes.count { $0 == 1 })
            #expect(abs(share - 0.2) < 0.06)
        }
    }

    @Test func tooFewRowsOrGroupsAreRefused() {
        let few = failure { _ = try Folds(5, of: 4, classes: nil, classCount: 1, seed: 1) }
        #expect(few?.description.contains("4 rows cannot be dealt into 5 folds") == true)
        let one = failure { _ = try Folds(5, ofGroups: [0, 0, 0, 1], classes: nil, classCount: 1, seed: 1) }
        #expect(one?.description.contains("2 groups cannot be dealt into 5 folds") == true)
    }

    @Test func foldsAndTimeDoNotGoTogether() {
        let error = failure { _ = try Split(by: .time(column: "t"), folds: 5) }
        #expect(error?.kind == .usage && error?.description.contains("folds and time do not go together") == true)
        for folds in [1, 101] { #expect(failure { _ = try Split(folds: folds) }?.kind == .usage) }
        #expect(failure { _ = try Split(validation: 0.2, folds: 5) }?.kind == .usage)
    }

    @Test func foldsComeBackFromJSONAndAreLeftOutWhereThereAreNone() throws {
        let split = try Split(test: 0.2, by: .group(column: "batch"), folds: 7)
        let bytes = try JSON.encode(split, pretty: false)
        #expect(try JSON.decodePlain(Split.self, from: bytes, source: "split") == split)
        let plain = String(decoding: try JSON.encode(Split(validation: 0.2), pretty: false), as: UTF8.self)
        #expect(plain == #"{"test":0,"validation":0.2}"#)
    }

    @Test func answersComeBackInTheOrderOfTheRows() throws {
        let folds = try Folds(3, of: 10, classes: nil, classCount: 1, seed: 4)
        let parts = (0..<3).map { fold in
            let rows = folds.rows(of: fold)
            return Matrix(rows: rows.count, columns: 2, values: rows.flatMap { [Float($0), Float(-$0)] })
        }
        #expect(folds.joined(parts).values == (0..<10).flatMap { [Float($0), Float(-$0)] })
    }

    /// A fold's features are learned from the other rows alone, and its rows are those that are held out.
    @Test func theFeaturesOfAFoldDoNotKnowItsRows() throws {
        let scratch = try Scratch()
        let rows = (0..<60).map { "b\($0 % 6),\($0 % 6 == 2 ? 1000 : $0),\($0 % 2)\n" }
        let path = try scratch.write("t.csv", "batch,x,y\n" + rows.joined())
        let description = DatasetDescription(
            task: .classification,
            train: .csv(path: path, format: CSVFormat(), target: "y"),
            split: try Split(by: .group(column: "batch"), folds: 6),
            features: FeatureDescription([.init("x", [.standardize])]),
            seed: 3
        )
        let all = try PreparedData(description)
        let folds = try #require(all.folds)
        #expect(all.training.rows == 60 && all.validation == nil)
        let outliers = try #require((0..<6).first { folds.rows(of: $0).contains(2) })
        for fold in 0..<6 {
            let held = try PreparedData(description, holdingOut: fold)
            #expect(held.folds == nil && held.training.rows == 50)
            let validation = try #require(held.validation)
            #expect(validation.targets == all.training.selecting(folds.rows(of: fold)).targets)
            // Only where the large ones are held out is the scale that of the others, below 60.
            #expect((validation.inputs[0, 0] > 20) == (fold == outliers))
        }
    }
}
