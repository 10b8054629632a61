import Serving
import Testing

struct PredictRequestTests {
    static let one = [TensorDescription(name: "x", type: .float32, shape: [-1, 2])]
    static let two = [
        TensorDescription(name: "size", type: .float32, shape: [-1]),
        TensorDescription(name: "kind", type: .bytes, shape: [-1]),
    ]

    static func predict(_ json: String, _ inputs: [TensorDescription]) throws -> PredictRequest {
        try PredictRequest(Array(json.utf8).span, inputs: inputs)
    }

    static func invoke(_ json: String, _ inputs: [TensorDescription]) throws -> [InputTensor] {
        try InvocationRequest(json: Array(json.utf8).span, inputs: inputs).inputs
    }

    @Test func rowsAndColumnsAreTheSame() throws {
        let rows = try Self.predict(#"{"instances":[[1,2],[3,4]],"signature_name":"serving_default"}"#, Self.one)
        let columns = try Self.predict(#"{"inputs":{"x":[[1,2],[3,4]]}}"#, Self.one)
        let bare = try Self.predict(#"{"inputs":[[1,2],[3,4]]}"#, Self.one)
        #expect(rows.inputs == columns.inputs && rows.inputs == bare.inputs)
        #expect(rows.form == .rows && columns.form == .columns)
        #expect(rows.inputs[0].shape == [2, 2] && rows.inputs[0].values == .numbers([1, 2, 3, 4]))
        let table = try Self.predict(#"{"instances":[{"size":1,"kind":"a"},{"kind":"b","size":null}]}"#, Self.two)
        #expect(table.inputs.map(\.name) == ["size", "kind"])
        #expect(table.inputs[1].values == .texts([[97], [98]]) && table.inputs[0].shape == [2])
    }

    @Test(arguments: [
        "{}", #"{"instances":[1],"inputs":[1]}"#, #"{"instances":[{"a":1},{"b":1}]}"#,
        #"{"instances":[{"a":1},{"a":1,"b":2}]}"#,
        #"{"instances":[{"a":1,"a":2}]}"#, #"{"instances":[{"a":1},3]}"#, #"{"instances":[[1,2],[3]]}"#,
        #"{"inputs":{"x":{}}}"#,
        #"{"instances":[{"a":1},{"a":"b"}]}"#,
    ])
    func whatIsWrongIsRefused(json: String) {
        #expect(throws: RequestError.self) { try Self.predict(json, Self.one) }
    }

    /// A model of several inputs needs their names.
    @Test func namesAreNeeded() {
        #expect(throws: RequestError.self) { try Self.predict(#"{"instances":[[1]]}"#, Self.two) }
    }

    @Test func tablesComeInSeveralForms() throws {
        let split = try Self.invoke(
            #"{"dataframe_split":{"columns":["size","more","kind"],"index":[0,1],"data":[[1,9,"a"],[2,9,"b"]]}}"#,
            Self.two
        )
        let records = try Self.invoke(
            #"{"dataframe_records":[{"size":1,"more":9,"kind":"a"},{"size":2,"more":9,"kind":"b"}],"params":{}}"#,
            Self.two
        )
        let table = "kind,more,size\r\na,\"x,\"\"y\",1\r\nb,,2.0\n"
        let csv = try InvocationRequest(csv: Array(table.utf8).span, inputs: Self.two).inputs
        #expect(split == records)
        #expect(csv.map(\.name) == ["size", "kind"])
        // With the mark that spreadsheets put in front.
        let marked = try InvocationRequest(csv: ([0xEF, 0xBB, 0xBF] + Array(table.utf8)).span, inputs: Self.two).inputs
        #expect(marked == csv)
        #expect(csv.map(\.values) == split.map(\.values))
        #expect(csv.map(\.values) == [.numbers([1, 2]), .texts([[97], [98]])])
    }

    @Test(arguments: ["", "size\n1,2\n", "size\nx\n", "size,size\n1,2\n", "kind\n\"a", "kind\n\"a\"b\n"])
    func aBrokenTableIsRefused(table: String) {
        #expect(throws: RequestError.self) { try InvocationRequest(csv: Array(table.utf8).span, inputs: Self.two) }
    }

    @Test(arguments: [
        "{}", #"{"instances":[1],"dataframe_records":[]}"#, #"{"dataframe_split":{"columns":["a"]}}"#,
        #"{"dataframe_split":{"columns":["a"],"data":[[1,2]]}}"#,
        #"{"dataframe_split":{"columns":["a","a"],"data":[[1,2]]}}"#,
        #"{"dataframe_split":{"columns":["a"],"data":[[1],[1,2]]}}"#,
        #"{"dataframe_split":{"columns":["a"],"data":[[1],[]]}}"#,
    ])
    func aBrokenFrameIsRefused(json: String) {
        #expect(throws: RequestError.self) { try Self.invoke(json, Self.two) }
    }
}
