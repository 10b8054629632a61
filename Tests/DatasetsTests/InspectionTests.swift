import Datasets
import Support
import TestSupport
import Testing

struct InspectionTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func inspect(_ text: String) throws -> TableInspection {
        try TableInspection(path: scratch.write("t.csv", text))
    }

    @Test func typesAreSeen() throws {
        let rows = (0..<50).map { "\($0),\(Double($0) / 4),t\($0 % 3),2026-01-0\($0 % 9 + 1),0\($0),1.2.2026" }
        let table = try inspect("i,f,t,d,code,german\n" + rows.joined(separator: "\n") + "\n")
        #expect(table.rows == 50)
        #expect(table.columns.map(\.kind) == [.number, .number, .text, .date(.iso), .text, .date(.dayFirst)])
        #expect(table.columns[0].numbers?.areIntegers == true && table.columns[0].isStrictlyAscending)
        #expect(table.columns[1].numbers?.areIntegers == false)
        #expect(table.columns[2].distinct == 3)
        #expect(table.columns[2].counts.map(\.rows) == [17, 17, 16])
        #expect(table.columns[5].isConstant)
    }

    @Test(
        arguments: [
            ("x,y\n1.5,a\nNA,b\n?,a\n2,NA\n", ["", "NA", "?"]), ("x,y\n1.5,a\n2,b\n", [""]),
            ("x,y\n" + String(repeating: "1.5,a\n", count: 30) + "broken,a\n2,b\n", ["", "broken"]),
            (
                "x,y\n" + (0..<60).map { "\($0 % 9 == 0 ? "-999" : "\(20 + $0 % 7).5"),a\n" }.joined(), ["", "-999"]
            ),
            // Zero is a number, however it is written.
            ("x,y\n" + (0..<60).map { "\($0)000,\($0 % 2)\n" }.joined(), [""]),
            // A number that lies among the others is a number.
            ("x,y\n" + (0..<60).map { "\($0 % 9 == 0 ? "-999" : "\(-1000 + $0 * 30)"),a\n" }.joined(), [""]),
        ] as [(String, [String])]
    )
    func wordsForMissingValuesAreSeen(text: String, expected: [String]) throws {
        let table = try inspect(text)
        #expect(table.format.missing.texts == expected)
        #expect(table.columns[0].kind == .number)
    }

    @Test func aTextFarDownMakesAColumnOfNumbersText() throws {
        let numbers = (0..<10_000).map { "\($0),1\n" }
        let texts = ["one", "two", "three", "four", "five"].map { "\($0),1\n" }
        let table = try inspect("x,y\n" + (numbers + texts).joined())
        #expect(table.columns[0].kind == .text)
        #expect(table.rows == 10_005)
        // Fewer than that are words for what could not be measured.
        let error = try inspect("x,y\n" + (numbers + texts.prefix(1)).joined())
        #expect(error.columns[0].kind == .number)
        #expect(error.columns[0].missing == 1)
    }

    @Test(
        arguments: [
            ("a;b\n1,5;x\n2,25;y\n", ";", ","), ("a;b\n1.5;x\n2.25;y\n", ";", "."), ("a\tb\n1,5\tx\n2\ty\n", "\t", ","),
            ("a,b\n1,5\n2,3\n", ",", "."), ("a;b\n1;2\n3;4\n", ";", "."),
        ] as [(String, Unicode.Scalar, Unicode.Scalar)]
    )
    func theWayItIsWrittenIsSeen(text: String, delimiter: Unicode.Scalar, decimal: Unicode.Scalar) throws {
        let format = try inspect(text).format
        #expect(Unicode.Scalar(format.delimiter) == delimiter)
        // Without a fraction both are right.
        if text.contains("5") { #expect(Unicode.Scalar(format.decimal) == decimal) }
    }

    @Test func moreValuesThanAreCountedAreSaidToBeMore() throws {
        let rows = (0..<120_000).map { "\(Double($0) * 1.5 + 0.1),w\($0)\n" }
        let table = try inspect("x,y\n" + rows.joined())
        #expect(table.columns.map(\.hasMoreDistinct) == [true, true])
        #expect(table.columns[1].distinct == 100_001)
        #expect(!table.columns[1].isUnique)
    }
}
