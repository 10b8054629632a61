import Serving

/// One way into the server, with requests that it takes.
struct Reader: Sendable {
    let name: String
    let seeds: [[UInt8]]
    let words: [[UInt8]]
    /// Reads a body, and has a model look at it; throws what the caller would be told.
    let read: @Sendable ([UInt8]) throws -> Void
}

extension Reader {
    static var all: [Reader] { [inference, binary, predict, invocations, table, call] }

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let json = bytes([
        "[", "]", "{", "}", ",", ":", "\"", "\\u0000", "\\ud800", "\\ud83d\\ude00", "\\", "null", "true", "NaN",
        "-Infinity", "1e999", "-0",
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.1e-400", "1.7976931348623157e308",
        "\u{FEFF}", "\"name\":",
        "\"shape\":[", "\"data\":", "\"datatype\":\"BYTES\"", "\"binary_data_size\":", "\"INPUT0\"", "[[[[[[[[[[[[[[[[",
        "1099511627776", "é", "\u{0}",
    ])

    private static let sixteen = "[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]"

    private static func inputs(_ first: String, _ second: String) -> String {
        #"{"id":"7","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32",\#(first)},{"name":"INPUT1","shape":[1,16],"datatype":"INT32",\#(second)}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}}]}"#
    }

    private static let inference = Reader(
        name: "Open Inference Protocol",
        seeds: bytes([
            inputs("\"data\":\(sixteen)", "\"data\":[\(sixteen)]"),
            #"{"inputs":[{"name":"INPUT0","shape":[2,2],"datatype":"FP32","data":[[1.5,-2e-3],[3.25e10,0]]}]}"#,
            #"{"inputs":[{"name":"INPUT0","shape":[2],"datatype":"BYTES","data":["a\n","\u00e9"]}],"parameters":{"binary_data_output":true}}"#,
        ]),
        words: json
    ) { body in
        let request = try InferenceRequest(body.span)
        for model in FixtureModel.allCases { _ = try? model.prepare(request.inputs) }
    }

    /// The first two bytes say how long the JSON is.
    private static let binary = Reader(
        name: "binary tensors",
        seeds: ["INT32", "FP16", "BYTES", "INT64", "BOOL"].map { type in
            let json = Array(
                #"{"inputs":[{"name":"INPUT0","shape":[1,8],"datatype":"\#(type)","parameters":{"binary_data_size":32}}]}"#
                    .utf8
            )
            return [UInt8(json.count & 255), UInt8(json.count >> 8)] + json
                + (0..<32).map { UInt8($0 % 4 == 0 ? 4 : 0) }
        },
        words: json + [[255, 255, 255, 255], [0, 0, 0, 128], [0, 0]]
    ) { body in
        guard body.count >= 2 else { return }
        let rest = Array(body.dropFirst(2))
        let request = try InferenceRequest(rest.span, headerLength: Int(body[0]) | Int(body[1]) << 8)
        for model in FixtureModel.allCases { _ = try? model.prepare(request.inputs) }
    }

    private static let predict = Reader(
        name: "TensorFlow Serving",
        seeds: bytes([
            #"{"signature_name":"x","instances":[[1,2],[3,4]]}"#,
            #"{"instances":[{"INPUT0":[1,2],"INPUT1":[3,4]},{"INPUT0":[5,6],"INPUT1":[7,8]}]}"#,
            #"{"inputs":{"INPUT0":[\#(sixteen)],"INPUT1":[\#(sixteen)]}}"#,
            #"{"instances":[{"INPUT0":"text"},{"INPUT0":null}]}"#,
        ]),
        words: json + bytes(["\"instances\":", "\"inputs\":", "{\"b64\":\"AAAA\"}"])
    ) { body in
        for model in FixtureModel.allCases {
            if let request = try? PredictRequest(body.span, inputs: model.inputs) {
                _ = try? model.prepare(request.inputs)
            }
        }
        _ = try PredictRequest(body.span, inputs: FixtureModel.simple.inputs)
    }

    private static let invocations = Reader(
        name: "MLflow's JSON",
        seeds: bytes([
            #"{"dataframe_split":{"columns":["INPUT0","INPUT1"],"index":[0,1],"data":[[1,2],[3,4]]}}"#,
            #"{"dataframe_records":[{"INPUT0":1,"INPUT1":2.5},{"INPUT0":null,"INPUT1":"x"}],"params":{"a":1}}"#,
            #"{"instances":[1,2,3]}"#,
            #"{"inputs":{"INPUT0":[1,2],"INPUT1":[3,4]}}"#,
        ]),
        words: json + bytes(["\"columns\":", "\"data\":", "\"dataframe_split\":", "\"dataframe_records\":"])
    ) { body in
        let request = try InvocationRequest(json: body.span, inputs: FixtureModel.simple.inputs)
        _ = try? FixtureModel.simple.prepare(request.inputs)
    }

    private static let table = Reader(
        name: "CSV",
        seeds: bytes([
            "INPUT0,INPUT1\n1,2\n3,4\n", "INPUT0,\"INPUT1\"\r\n\"1\",\r\n\"a\"\"b\",2e3\r\n", "\u{FEFF}INPUT0\n1\n\n2",
        ]),
        words: bytes([
            ",", "\n", "\r\n", "\"", "\"\"", ";", "\t", "NaN", "1e999", "-", "\u{0}", "é", "INPUT0", "INPUT1",
            ",,,,,,,,",
        ])
    ) { body in
        let request = try InvocationRequest(csv: body.span, inputs: FixtureModel.simple.inputs)
        _ = try? FixtureModel.simple.prepare(request.inputs)
    }

    /// `ModelInferRequest` in the wire format, once with typed and once with raw contents.
    private static let call = Reader(
        name: "gRPC",
        seeds: [
            [0x0A, 6] + Array("simple".utf8) + [0x1A, 1, 0x37]
                + message(
                    5,
                    [0x0A, 6] + Array("INPUT0".utf8) + [0x12, 5] + Array("INT32".utf8) + [0x1A, 2, 1, 4]
                        + message(5, message(2, [1, 2, 3, 4]))
                ),
            [0x0A, 8] + Array("identity".utf8)
                + message(5, [0x0A, 6] + Array("INPUT0".utf8) + [0x12, 4] + Array("FP32".utf8) + [0x18, 1, 0x18, 2])
                + message(7, [0, 0, 128, 63, 0, 0, 0, 64]),
        ],
        words: [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80], [0], [0x0B], [0x0C], [0x3A, 0],
            [0x2A], [0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
        ]
    ) { body in
        let request = try GRPCInferenceRequest(body.span)
        for model in FixtureModel.allCases { _ = try? model.prepare(request.request.inputs) }
    }

    private static func message(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        [field << 3 | 2, UInt8(content.count)] + content
    }
}
