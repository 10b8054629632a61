import Datasets
import Support
import TestSupport
import Testing

/// Python's `csv` module is the judge: see `Fixtures/make.py`.
struct CSVTests {
    static let corpus = Result {
        try JSON.decodePlain([String: [[String]]].self, from: Fixtures.bytes("csv/expected.json"), source: "expected")
    }

    static let names = [
        "plain", "no-final-line-end", "crlf", "crlf-no-final-line-end", "mixed-line-ends", "cr-only", "bom",
        "empty-lines", "empty-fields", "trailing-empty-field", "quoted", "quoted-empty", "one-column-quoted-empty",
        "doubled-quotes", "multi-line", "quoted-header", "quote-inside", "blanks", "blank-before-quote", "unicode",
        "one-column", "header-only-quotes-crlf", "long-field",
    ]

    /// All records as text, the header first.
    private func records(_ path: String, blockSize: Int, batch: Int = 4096) throws -> [[ByteString]] {
        let reader = try CSVRowReader(path: path, blockSize: blockSize)
        try reader.select(reader.header.map { Field($0, .text) })
        var records = [reader.header.map { ByteString($0) }]
        while let rows = try reader.read(upTo: batch) {
            for row in 0..<rows.count {
                records.append(
                    rows.columns.map { column in
                        guard case .text(let texts) = column.values else { return ByteString("") }
                        return ByteString(Array(texts[row]))
                    }
                )
            }
        }
        return records
    }

    @Test(
        "Awkward files are read as Python reads them, whatever the size of a block",
        arguments: names,
        [3, 7, 64, 1 << 18]
    )
    func corpus(name: String, blockSize: Int) throws {
        let expected = try #require(try Self.corpus.get()[name]).map { $0.map { ByteString($0) } }
        // Which line end a file has is seen in its first block, which must hold one.
        let blockSize = name == "cr-only" ? max(blockSize, 7) : blockSize
        #expect(try records(Fixtures.path("csv/\(name).csv"), blockSize: blockSize) == expected)
    }

    @Test func everyFileOfTheCorpusIsTested() throws {
        #expect(try Self.corpus.get().keys.sorted() == Self.names.sorted())
    }

    @Test(arguments: [5, 100, 1 << 18], [1, 7, 4096])
    func randomFieldsAreReadAsPythonWroteThem(blockSize: Int, batch: Int) throws {
        let expected = try JSON.decodePlain([[String]].self, from: Fixtures.bytes("csv/random.json"), source: "random")
        let found = try records(Fixtures.path("csv/random.csv"), blockSize: blockSize, batch: batch)
        #expect(found.dropFirst() == expected.map { $0.map { ByteString($0) } }[...])
    }

    @Test func numbersAndTextAreReadByName() throws {
        let directory = try Scratch()
        let path = try directory.write("t.csv", "a;b;c\n1;x;\"2.5\"\n-3e1;\"y;\"; 4\t\n")
        let reader = try CSVRowReader(path: path, format: CSVFormat(delimiter: ";"))
        try reader.select([Field("c", .number), Field("b", .text), Field("a", .number)])
        let rows = try reader.readAll()
        #expect(rows.column("a")?.values == .doubles([1, -30]))
        #expect(rows.column("b")?.values == .text(TextColumn(["x", "y;"])))
        #expect(rows.column("c")?.values == .doubles([2.5, 4]))
        #expect(rows.columns.map(\.field.name) == ["c", "b", "a"])
    }

    /// Behind a comma a point is no decimal mark: `2.671` may be two thousand.
    @Test(arguments: ["2.671", " 2.671", "2.671 ", "-1.0e3", "1.000,5"])
    func aPointIsNoCommaBeforeDecimals(text: String) throws {
        let directory = try Scratch()
        let path = try directory.write("t.csv", "a;b\n1,5;2\n\(text);3\n")
        let reader = try CSVRowReader(path: path, format: CSVFormat(delimiter: ";", decimal: ","))
        try reader.select([Field("a", .number), Field("b", .number)])
        let error = failure { _ = try reader.readAll() }
        #expect(error?.description.contains("line 3, row 2, column `a`: expected a number") == true, "\(error as Any)")
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", ","), ("a;b\n1,5;2,5\n", ";"), ("a\tb\n1 2\t3,4\n", "\t"), ("a|b\r\n1|2\r\n", "|"),
            ("a\n1\n", ","),
            ("a;b;c\n\"x,y\";1,2;3\n4;5,6;7,8\n", ";"), ("x,y;z\n1,2\n3,4\n", ","), ("", ","),
        ] as [(String, Unicode.Scalar)]
    )
    func theDelimiterIsFound(content: String, delimiter: Unicode.Scalar) throws {
        let directory = try Scratch()
        #expect(try CSVFormat.detected(in: directory.write("t.csv", content)) == CSVFormat(delimiter: delimiter))
    }

    struct Fault: CustomTestStringConvertible {
        let content: String
        let expected: String
        var testDescription: String { expected }
    }

    @Test(
        "A broken table says where",
        arguments: [
            Fault(content: "", expected: "t.csv: expected a header, found an empty file"),
            Fault(content: "\n\n", expected: "t.csv: expected a header, found an empty file"),
            Fault(content: "a,b\n", expected: "t.csv: expected rows of data, found none"),
            Fault(content: "1,2\n3,4\n", expected: "t.csv, line 1: expected a header"),
            Fault(content: "a,a\n1,2\n", expected: "t.csv, line 1: two columns are called `a`"),
            Fault(
                content: "a,b\n1,2\n3\n",
                expected: "t.csv, line 3, row 2: expected 2 fields as in the header, found 1"
            ),
            Fault(
                content: "a,b\n1,2,\n",
                expected: "t.csv, line 2, row 1: expected 2 fields as in the header, found 3"
            ),
            Fault(
                content: "a,b\n1,2\n\n3,x\n",
                expected: "t.csv, line 4, row 2, column `b`: expected a number, found `x`"
            ),
            Fault(content: "a,b\n1,\n", expected: "t.csv, line 2, row 1, column `b`: expected a number, found nothing"),
            Fault(
                content: "a,b\n1,NaN\n",
                expected: "t.csv, line 2, row 1, column `b`: expected a number, found nothing"
            ),
            Fault(content: "a,b\n1,-inf\n", expected: "column `b`: expected a number, found infinity"),
            Fault(content: "a,b\n1,1e400\n", expected: "column `b`: expected a number, found infinity"),
            Fault(content: "a,b\n1,\"2\n3,4\n", expected: "t.csv, line 2: a quote is opened here and not closed"),
            Fault(content: "\"a,b\n1,2\n", expected: "t.csv, line 1: a quote is opened here and not closed"),
            Fault(content: "a,b\n1,\"2\"3\n", expected: "t.csv, line 2: text follows a closing quote"),
            Fault(
                content: "a,b\n\"x\ny\",1\n",
                expected: "t.csv, line 2, row 1, column `a`: expected a number, found `x\ny`"
            ),
        ]
    )
    func fault(fault: Fault) throws {
        let directory = try Scratch()
        let path = try directory.write("t.csv", fault.content)
        let error = failure {
            _ = try PreparedData(
                DatasetDescription(task: .regression, train: .csv(path: path, format: CSVFormat(), target: "a"))
            )
        }
        #expect(error?.description.contains(fault.expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0x61, 0x00, 0x2C, 0x00],
            Array("a\nM\u{fc}".utf16.map(UInt8.init)),
        ] as [[UInt8]]
    )
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) throws {
        let directory = try Scratch()
        let path = try directory.write("t.csv", bytes)
        let error = failure {
            let reader = try CSVRowReader(path: path)
            try reader.select([Field("a", .text)])
            _ = try reader.readAll()
        }
        #expect(error?.description.contains("UTF-8") == true)
        #expect(error?.hints.first?.contains("iconv") == true)
    }

    @Test func aMissingFileAndAMissingColumnAreNotFound() throws {
        #expect(failure { _ = try CSVRowReader(path: "/nowhere/t.csv") }?.kind == .notFound)
        let reader = try CSVRowReader(path: Fixtures.path("csv/plain.csv"))
        let error = failure { try reader.select([Field("d", .number)]) }
        #expect(error?.kind == .notFound)
        #expect(error?.hints == ["the columns are: a, b, c"])
    }
}
