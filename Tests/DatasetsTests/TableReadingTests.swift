import Datasets
import Support
import TestSupport
import Testing

/// pandas is the judge of messy tables: see `Fixtures/make_tables.py`.
struct TableReadingTests {
    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let text: String
        let delimiter: String
        let decimal: String
        let missing: [String]
        let columns: [String]
        let numbers: [Double?]
        let texts: [String]
        var testDescription: String { name }

        var format: CSVFormat {
            CSVFormat(
                delimiter: delimiter.unicodeScalars.first ?? ",",
                decimal: decimal.unicodeScalars.first ?? ".",
                missing: MissingMarkers(missing)
            )
        }
    }

    private struct Document: Decodable { let reading: [Case] }

    static let cases: [Case] = {
        let document = try? JSON.decodePlain(Document.self, from: Fixtures.bytes("tables.json"), source: "tables")
        return document?.reading ?? []
    }()

    @Test func thereAreCases() { #expect(Self.cases.count == 12) }

    @Test(arguments: cases, [7, 1 << 18])
    func messyTablesAreReadAsPandasReadsThem(table: Case, blockSize: Int) throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", table.text)
        let blockSize = table.name == "carriage returns" ? 1 << 18 : blockSize
        let reader = try CSVRowReader(path: path, format: table.format, blockSize: blockSize)
        try reader.select([Field(table.columns[0], .number), Field(table.columns[1], .text)])
        let rows = try reader.readAll()
        #expect(
            rows.columns[0].numbers().map { $0.isNaN ? nil : $0.bitPattern } == table.numbers.map { $0?.bitPattern }
        )
        #expect(rows.columns[1].values == .text(TextColumn(table.texts)))
    }

    @Test func aMarkerThatIsANumberMatchesByItsValueInNumbersAndByItsTextElsewhere() throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", "a,b\n-999.0,-999.0\n-9.99e2,-999\n-99,x\n")
        let reader = try CSVRowReader(path: path, format: CSVFormat(missing: MissingMarkers(["-999"])))
        try reader.select([Field("a", .number), Field("b", .text)])
        let rows = try reader.readAll()
        #expect(rows.columns[0].numbers().map(\.isNaN) == [true, true, false])
        #expect(rows.columns[1].values == .text(TextColumn(["-999.0", "", "x"])))
    }

    @Test(arguments: [
        ("a,y\n1,2\n\"1,5\",3\n", "line 3, row 2, column `a`: expected a number, found `1,5`", "decimal: \",\""),
        ("a,y\n1,2\n?,3\n", "line 3, row 2, column `a`: expected a number, found `?`", "missing:"),
        ("a,y\n1,2\n,3\n", "line 3, row 2, column `a`: expected a number, found nothing", "impute: median"),
        ("a,y\n1,2\ninf,3\n", "line 3, row 2, column `a`: expected a number, found infinity", "clip: {max: 100}"),
        ("a,y\n1,2\n2,\n", "line 3, row 2, column `y`: expected a number to learn, found nothing", "target"),
    ])
    func valuesThatNothingHandlesAreNamed(text: String, expected: String, hint: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", text)
        let error = failure {
            _ = try PreparedData(
                DatasetDescription(task: .regression, train: .csv(path: path, format: CSVFormat(), target: "y"))
            )
        }
        #expect(error?.description.hasSuffix(expected) == true, "\(error?.description ?? "no failure")")
        #expect(error?.hints.first?.contains(hint) == true, "\(error?.hints ?? [])")
    }

    @Test func aTextWithAZeroByteIsNoText() throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", "a,b\n1,x\u{0}y\n")
        let reader = try CSVRowReader(path: path)
        try reader.select([Field("b", .text)])
        #expect(failure { _ = try reader.readAll() }?.description.contains("line 2, row 1, column `b`") == true)
    }
}

/// JSON lines and NPZ files give what the same rows in a table give.
struct OtherSourceTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private let features = FeatureDescription([
        .init("a", [.impute(.init(.median)), .standardize]), .init("b", [.oneHot()]),
    ])

    @Test func linesOfJSONAreATable() throws {
        let csv = try scratch.write("t.csv", "a,b,y\n1,x,no\n,\"u \"\"v\"\"\",yes\n2.5e3,,no\n7,x,yes\n")
        let jsonl = try scratch.write(
            "t.jsonl",
            """
            {"y": "no", "b": "x", "a": 1}
            {"a": null, "b": "u \\"v\\"", "y": "yes"}

            {"a": 2.5e3, "y": "no"}
            {"b": "x", "a": 7, "y": "yes"}\r
            """
        )
        func data(_ source: DataSource) throws -> PreparedData {
            try PreparedData(DatasetDescription(task: .classification, train: source, features: features))
        }
        let (left, right) = try (
            data(.csv(path: csv, format: CSVFormat(), target: "y")),
            data(.jsonl(path: jsonl, missing: MissingMarkers(), target: "y"))
        )
        #expect(left.training == right.training)
        #expect(left.features.columns == right.features.columns)
        let reader = try left.features.reader(of: jsonl)
        #expect(try left.features.transform(reader.readAll()) == left.training.inputs.all)
    }

    /// What stands for a missing value in a table stands for one in lines of JSON, too: as a text or as a number.
    @Test func markersCountInLinesOfJSON() throws {
        let missing = MissingMarkers(["", "NA", "-999"])
        let csv = try scratch.write("t.csv", "a,b,y\n1,x,no\nNA,NA,yes\n-999.0,,no\n7,-999,yes\n")
        let jsonl = try scratch.write(
            "t.jsonl",
            """
            {"a": 1, "b": "x", "y": "no"}
            {"a": "NA", "b": "NA", "y": "yes"}
            {"a": -999, "b": "", "y": "no"}
            {"a": 7, "b": -999, "y": "yes"}
            """
        )
        func data(_ source: DataSource) throws -> PreparedData {
            try PreparedData(DatasetDescription(task: .classification, train: source, features: features))
        }
        let table = try data(.csv(path: csv, format: CSVFormat(missing: missing), target: "y"))
        let lines = try data(.jsonl(path: jsonl, missing: missing, target: "y"))
        #expect(table.training == lines.training)
        // Whichever it learned from, it reads the other.
        for features in [table.features, lines.features] {
            for path in [csv, jsonl] {
                #expect(try features.transform(features.reader(of: path).readAll()) == table.training.inputs.all)
            }
        }
        // So do numbers that are longer than a double holds; and a byte order mark makes no table of them.
        let marked = try scratch.write(
            "long.jsonl",
            "\u{FEFF}{\"a\": 9223372036854775807, \"b\": \"x\"}\n{\"a\": 1, \"b\": \"x\"}\n"
        )
        let long = try data(
            .jsonl(path: jsonl, missing: MissingMarkers(["NA", "-999", "9223372036854775807"]), target: "y")
        )
        let rows = try long.features.reader(of: marked).readAll()
        #expect(rows.columns[0].numbers()[0].isNaN && rows.columns[0].numbers()[1] == 1)
        let error = failure { _ = try data(.jsonl(path: jsonl, missing: MissingMarkers(), target: "y")) }
        #expect(error?.description.contains("line 2, row 2, column `a`: expected a number, found the text") == true)
    }

    @Test(arguments: [
        ("{\"a\":1,\"b\":\"x\",\"y\":\"no\"}\n{\"a\":\"2\",\"b\":\"x\",\"y\":\"yes\"}\n", "line 2, row 2, column `a`"),
        (
            "{\"a\":1,\"b\":\"x\",\"y\":\"no\"}\n{\"a\":[2]}\n",
            "line 2, row 2, column `a`: expected a number, a text or null"
        ),
        ("{\"a\":1,\"b\":\"x\",\"y\":\"no\"}\n{\"a\":1e400}\n", "line 2, row 2, column `a`: expected a number, a text"),
        ("{\"a\":1,\"b\":\"x\",\"y\":\"no\"}\n{\"a\":NaN}\n", "line 2: expected a JSON object of numbers, texts"),
        ("[1,2]\n", "line 1: expected a JSON object"), ("\n\n", "expected a JSON object on each line, found nothing"),
        ("{\"a\":1,\"b\":\"x\"}\n", "there is no column `y`"),
        ("{\"a\":1,\"b\":\"x\",\"y\":\"no\",\"c\":1}\n", "column `c`: the column is neither a feature nor ignored"),
    ])
    func brokenLinesAreNamed(text: String, expected: String) throws {
        let path = try scratch.write("t.jsonl", text)
        let error = failure {
            _ = try PreparedData(
                DatasetDescription(
                    task: .classification,
                    train: .jsonl(path: path, missing: MissingMarkers(), target: "y"),
                    features: features
                )
            )
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no failure")")
    }

    @Test(arguments: ["arrays.npz", "arrays-compressed.npz"])
    func arraysOfAnArchiveAreRead(name: String) throws {
        let source = DataSource.npz(path: Fixtures.path(name), inputs: "x", targets: "y")
        let data = try PreparedData(DatasetDescription(task: .classification, train: source))
        #expect(data.training.inputs.all == Matrix(rows: 4, columns: 3, values: (0..<12).map { Float($0) }))
        #expect(data.training.targets == .classes([0, 1, 1, 0], count: 2))
    }

    @Test func anArrayThatIsNotInTheArchiveIsNamed() throws {
        let source = DataSource.npz(path: Fixtures.path("arrays.npz"), inputs: "z", targets: "y")
        let error = failure { _ = try PreparedData(DatasetDescription(task: .classification, train: source)) }
        #expect(error?.kind == .notFound)
        #expect(error?.hints == ["the arrays are: x, y"])
        let noZip = DataSource.npz(path: Fixtures.path("messy.csv"), inputs: "x", targets: "y")
        #expect(failure { _ = try PreparedData(DatasetDescription(task: .classification, train: noZip)) } != nil)
    }
}
