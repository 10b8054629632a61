import Datasets
import Support
import Synchronization
import TensorFiles
import TestSupport
import Testing

struct PredictionTests {
    static let outputs = Matrix(rows: 2, columns: 3, values: [0.25, 0.5, 0.25, 1e-7, 0, 0.99999994])

    private func classes() throws -> PredictionKind { .probabilities(try ClassNames(["T-shirt", "a,\"b\"", "c"])) }

    private func written(_ format: PredictionFormat, _ kind: PredictionKind, _ outputs: [Matrix]) throws -> [UInt8] {
        let directory = try Scratch()
        let path = "\(directory.path)/out.\(format.rawValue)"
        var writer = try PredictionWriter(path: path, format: format, kind: kind, model: "m@v1.0.0")
        for batch in outputs { try writer.write(batch) }
        #expect(try FileSystem.names(in: directory.path).allSatisfy { $0.hasPrefix(".tmp-") })
        try writer.finish(durable: false)
        return try FileSystem.read(path)
    }

    @Test func aTableHasAColumnPerClass() throws {
        let text = """
            y_pred,p_T-shirt,"p_a,""b""\",p_c
            "a,""b""\",0.25,0.5,0.25
            c,1e-07,0.0,0.99999994

            """
        #expect(try String(decoding: written(.csv, classes(), [Self.outputs]), as: UTF8.self) == text)
    }

    @Test func linesOfJSONNameTheClasses() throws {
        let text = """
            {"prediction":"a,\\"b\\"","probabilities":{"T-shirt":0.25,"a,\\"b\\"":0.5,"c":0.25}}
            {"prediction":"c","probabilities":{"T-shirt":1e-07,"a,\\"b\\"":0.0,"c":0.99999994}}

            """
        #expect(try String(decoding: written(.jsonl, classes(), [Self.outputs]), as: UTF8.self) == text)
    }

    @Test func aDocumentOfJSONHoldsAllRows() throws {
        let text = """
            {"model":"m@v1.0.0","predictions":[
            {"prediction":"a,\\"b\\"","probabilities":{"T-shirt":0.25,"a,\\"b\\"":0.5,"c":0.25}},
            {"prediction":"c","probabilities":{"T-shirt":1e-07,"a,\\"b\\"":0.0,"c":0.99999994}}
            ],"rows":2}

            """
        #expect(try String(decoding: written(.json, classes(), [Self.outputs]), as: UTF8.self) == text)
        let none = try String(decoding: written(.json, .values(count: 1), []), as: UTF8.self)
        #expect(none == "{\"model\":\"m@v1.0.0\",\"predictions\":[\n],\"rows\":0}\n")
    }

    /// Columns of the rows stand before the answers, as they stand in the file.
    @Test(arguments: [PredictionFormat.csv, .jsonl])
    func columnsOfTheRowsAreKept(format: PredictionFormat) throws {
        let lines =
            format == .csv
            ? ["id,\"a,b\",y_pred", "007,\"x\ny\",0.25", "NA,,0.5", "8,\"q\"\"\",0.75"]
            : [
                #"{"id":"007","a,b":"x\ny","prediction":0.25}"#, #"{"id":"NA","a,b":"","prediction":0.5}"#,
                #"{"id":"8","a,b":"q\"","prediction":0.75}"#,
            ]
        let directory = try Scratch()
        let rows = try directory.write("t.csv", "n;id;a,b\n1;007;\"x\ny\"\n2;NA;\n3;8;\"q\"\"\"\n")
        let csv = CSVFormat(delimiter: ";", missing: MissingMarkers(["", "NA"]))
        let path = "\(directory.path)/out"
        var writer = try PredictionWriter(
            path: path,
            format: format,
            kind: .values(count: 1),
            model: "m",
            keeping: KeptColumns(["i*", "a,b"], of: rows, format: csv)
        )
        try writer.write(Matrix(rows: 2, columns: 1, values: [0.25, 0.5]))
        try writer.write(Matrix(rows: 1, columns: 1, values: [0.75]))
        try writer.finish(durable: false)
        #expect(try String(decoding: FileSystem.read(path), as: UTF8.self) == lines.map { "\($0)\n" }.joined())
    }

    /// A long identifier is the same to the last digit.
    @Test func longNumbersOfJSONLinesStayWhole() throws {
        let directory = try Scratch()
        let ids = ["9007199254740993", "12345678901234567891", "-9007199254740995", "7", "2.5"]
        let rows = try directory.write("t.jsonl", ids.map { "{\"a\": 1, \"id\": \($0)}\n" }.joined())
        let path = "\(directory.path)/out"
        var writer = try PredictionWriter(
            path: path,
            format: .csv,
            kind: .values(count: 1),
            model: "m",
            keeping: KeptColumns(["id"], of: rows, format: CSVFormat())
        )
        try writer.write(Matrix(rows: 5, columns: 1, values: [Float](repeating: 0, count: 5)))
        try writer.finish(durable: false)
        let lines = try String(decoding: FileSystem.read(path), as: UTF8.self).split(separator: "\n").dropFirst()
        #expect(lines.map { String($0.dropLast(4)) } == ids)
        let reader = try JSONLRowReader(path: rows, missing: MissingMarkers())
        try reader.select([Field("id", .number)])
        #expect(try reader.readAll().column("id")?.numbers().first == 9_007_199_254_740_992)
    }

    @Test func whatCannotBeKeptIsSaid() throws {
        let directory = try Scratch()
        let rows = try directory.write("t.csv", "n,y_pred\n1,2\n")
        #expect(
            failure { _ = try KeptColumns(["id"], of: rows, format: CSVFormat()) }?.description.contains(
                "there is no column `id`"
            ) == true
        )
        for (names, format) in [(["y_pred"], PredictionFormat.csv), (["n"], .npy)] {
            let error = failure {
                let kept = try KeptColumns(names, of: rows, format: CSVFormat())
                _ = try PredictionWriter(
                    path: "\(directory.path)/out",
                    format: format,
                    kind: .values(count: 1),
                    model: "m",
                    keeping: kept
                )
            }
            #expect(error?.kind == .usage)
        }
        #expect(try FileSystem.names(in: directory.path) == ["t.csv"])
    }

    @Test(arguments: PredictionFormat.allCases)
    func batchesDoNotShow(format: PredictionFormat) throws {
        let rows = (0..<2).map { Matrix(rows: 1, columns: 3, values: Array(Self.outputs.values[$0 * 3..<$0 * 3 + 3])) }
        #expect(try written(format, classes(), rows) == written(format, classes(), [Self.outputs]))
    }

    @Test func anArrayHoldsTheOutputs() throws {
        let array = try NPY.decode(written(.npy, classes(), [Self.outputs]), source: "out.npy")
        #expect(array == Tensor(Self.outputs.values, shape: [2, 3]))
        let numbers = Matrix(rows: 2, columns: 1, values: [1, 2])
        let column = try NPY.decode(written(.npy, .values(count: 1), [numbers]), source: "out.npy")
        #expect(column == Tensor([Float(1), 2], shape: [2]))
    }

    @Test func oneOutputIsTheProbabilityOfTheSecondOfTwoClasses() throws {
        let kind = PredictionKind.probabilities(try ClassNames(["no", "yes"]))
        let outputs = Matrix(rows: 2, columns: 1, values: [0.75, 0.25])
        let text = try String(decoding: written(.csv, kind, [outputs]), as: UTF8.self)
        #expect(text == "y_pred,p_no,p_yes\nyes,0.25,0.75\nno,0.75,0.25\n")
        #expect(try NPY.decode(written(.npy, kind, [outputs]), source: "out").floats() == [0.25, 0.75, 0.75, 0.25])
    }

    @Test(arguments: [
        (PredictionFormat.csv, 1, "y_pred\n1.5\n-2.0\n"), (.csv, 2, "y_pred_0,y_pred_1\n1.5,-2.0\n"),
        (.jsonl, 1, "{\"prediction\":1.5}\n{\"prediction\":-2.0}\n"), (.jsonl, 2, "{\"prediction\":[1.5,-2.0]}\n"),
    ])
    func numbersAreWrittenAsTheyAre(format: PredictionFormat, count: Int, expected: String) throws {
        let outputs = Matrix(rows: 2 / count, columns: count, values: [1.5, -2])
        #expect(try String(decoding: written(format, .values(count: count), [outputs]), as: UTF8.self) == expected)
    }

    @Test func aStreamGetsTheSameTextAsAFile() throws {
        let collected = Mutex<[UInt8]>([])
        var writer = try PredictionWriter(format: .csv, kind: classes(), model: "m") { bytes in
            collected.withLock { $0 += bytes }
        }
        try writer.write(Self.outputs)
        try writer.finish()
        #expect(try collected.withLock { $0 } == written(.csv, classes(), [Self.outputs]))
        #expect(
            failure { _ = try PredictionWriter(format: .npy, kind: classes(), model: "m") { _ in } }?.kind == .usage
        )
    }

    @Test func anOutputThatIsNoNumberEndsTheFile() throws {
        let directory = try Scratch()
        let path = try directory.write("out.csv", "old\n")
        let error = failure {
            var writer = try PredictionWriter(path: path, format: .csv, kind: .values(count: 1), model: "m")
            try writer.write(Matrix(rows: 2, columns: 1, values: [1, 2]))
            try writer.write(Matrix(rows: 1, columns: 1, values: [.nan]))
            try writer.finish()
        }
        #expect(error?.description.contains("row 3") == true)
        #expect(try FileSystem.read(path) == Array("old\n".utf8))
        #expect(try FileSystem.names(in: directory.path) == ["out.csv"])
    }
}
