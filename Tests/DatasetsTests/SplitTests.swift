import Datasets
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
