import Foundation
import Serving
import Testing

struct InferenceRequestTests {
    static func read(_ json: String) throws -> InferenceRequest { try InferenceRequest(Array(json.utf8).span) }

    /// A request with one tensor of numbers.
    static func request(_ data: String, shape: String = "[2,2]", type: String = "FP32") -> String {
        #"{"inputs":[{"name":"x","shape":\#(shape),"datatype":"\#(type)","data":\#(data)}]}"#
    }

    @Test func flatAndNestedAreTheSame() throws {
        let flat = try Self.read(Self.request("[1, 2.5,-3e-1 ,4]"))
        let nested = try Self.read(Self.request("[[1,2.5],[-0.3,4]]"))
        #expect(flat == nested)
        #expect(flat.inputs[0].values == .numbers([1, 2.5, -0.3, 4]))
        #expect(flat.inputs[0].shape == [2, 2] && flat.inputs[0].type == .float32)
    }

    @Test func theOrderOfKeysDoesNotMatter() throws {
        let request = try Self.read(
            #"{"parameters":{"binary_data_output":true,"x":[{}]},"outputs":[{"parameters":{"binary_data":false},"name":"o"}],"#
                + #""inputs":[{"data":["a\u00e9\ud83d\ude00"],"datatype":"BYTES","shape":[1],"name":"x"}],"id":"7","more":null}"#
        )
        #expect(request.id == "7" && request.prefersBinary)
        #expect(request.outputs == [.init(name: "o", isBinary: false)])
        #expect(request.inputs[0].values == .texts([Array("aé😀".utf8)]))
    }

    @Test(arguments: [
        "", "{", "[]", "{} x", #"{"inputs":[]"#, #"{"inputs":{}}"#, #"{"id":1,"inputs":[]}"#,
        #"{"inputs":[],"inputs":[]}"#,
        request("[1,2,3]"), request("[1,2,3,4,5]"), request("[[1,2],[3]]"), request("[[1,2,3,4]]"),
        request("[1,2,3,4,]"),
        request("[1,,2,3]"), request("[01,2,3,4]"), request("[1.,2,3,4]"), request("[.5,2,3,4]"), request("[+1,2,3,4]"),
        request("[1e,2,3,4]"), request("[1e+,2,3,4]"), request("[-,2,3,4]"), request("[0x1,2,3,4]"),
        request("[1 2,3,4]"),
        request("[nan,2,3,4]"), request("[-NaN,2,3,4]"), request("[\"a\",2,3,4]"), request("[true,2,3,4]"),
        request("[{},2,3,4]"),
        request("[1,[2],3,4]"), request("[[1],2,3,4]"), request("[]"), request("null"),
        request("[1,2,3,4]", shape: "[4,-1]"),
        request("[1,2,3,4]", shape: "[2,2.5]"), request("[1]", shape: "[4294967296,4294967296,4294967296]"),
        request("[1]", shape: "[1099511627776,784]"), request("[1,2,3,4]", type: "FP8"),
        request("[1,2,3,4]", type: "BYTES"),
        request("[256,0,0,0]", type: "UINT8"), request("[-1,0,0,0]", type: "UINT64"),
        request("[0.5,0,0,0]", type: "INT32"),
        request("[9007199254740993,0,0,0]", type: "INT64"), request("[2,0,0,0]", type: "BOOL"),
        #"{"inputs":[{"shape":[1],"datatype":"FP32","data":[1]}]}"#,
        #"{"inputs":[{"name":"x","datatype":"FP32","data":[1]}]}"#,
        #"{"inputs":[{"name":"x","shape":[1],"data":[1]}]}"#,
        #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}"#,
        #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1],"parameters":{"binary_data_size":4}}]}"#,
        #"{"inputs":[{"name":"\u12","shape":[1],"datatype":"FP32","data":[1]}]}"#,
        #"{"inputs":[{"name":"\ud800","shape":[1],"datatype":"FP32","data":[1]}]}"#,
        #"{"inputs":[{"name":"\x","shape":[1],"datatype":"FP32","data":[1]}]}"#,
        "{\"inputs\":[{\"name\":\"a\u{1}\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}",
    ])
    func whatIsWrongIsRefused(json: String) {
        let error = #expect(throws: RequestError.self) { try Self.read(json) }
        #expect(error?.status == 400)
    }

    /// 64 levels are allowed, one more is not, and a hundred thousand do no harm.
    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            #"{"inputs":[],"more":\#(String(repeating: "[", count: depth))\#(String(repeating: "]", count: depth))}"#
        }
        _ = try Self.read(nested(63))
        #expect(throws: RequestError.self) { try Self.read(nested(64)) }
        #expect(throws: RequestError.self) { try Self.read(nested(100_000)) }
        let data = String(repeating: "[", count: 100_000)
        #expect(throws: RequestError.self) { try Self.read(Self.request(data)) }
    }

    /// Every number is the one that the standard library reads, to the bit.
    @Test func numbersAreExact() throws {
        var random = SystemRandomNumberGenerator()
        var texts: [String] = []
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { texts.append("\(value)") }
            texts.append("\(Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000)))")
            texts.append("\(Int64.random(in: .min ... .max, using: &random))")
            texts.append("0.\(UInt64.random(in: 0...99_999_999, using: &random))")
            texts.append(
                "\(UInt64.random(in: 0...9999, using: &random)).\(UInt64.random(in: 0...(.max), using: &random))1"
            )
            texts.append("\(UInt64.random(in: 1...9, using: &random))E-\(Int.random(in: 0...330, using: &random))")
        }
        let request = try Self.read(
            Self.request("[\(texts.joined(separator: ","))]", shape: "[\(texts.count)]", type: "FP64")
        )
        guard case .numbers(let numbers) = request.inputs[0].values else {
            Issue.record("expected numbers")
            return
        }
        for (text, number) in zip(texts, numbers) {
            #expect(Double(text)?.bitPattern == number.bitPattern, "\(text)")
        }
    }

    /// What JSON accepts, and only that, is accepted: Foundation is asked about every mutation of a valid request.
    @Test func theGrammarIsFoundations() throws {
        let valid =
            #"{"id":"q\n","inputs":[{"name":"x","shape":[3],"datatype":"FP32","data":[1.5,-2e3,0.25]}],"parameters":{"a":[true,null,{}]}}"#
        let pieces = [
            "\"", ",", ":", "[", "]", "{", "}", "0", "1", "-", "+", ".", "e", "t", "\\", " ", "\n", "\u{1}", "é",
            "null",
        ]
        var generator = SystemRandomNumberGenerator()
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(valid.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(contentsOf: Array((pieces.randomElement() ?? "").utf8), at: place)
                default: bytes.replaceSubrange(place...place, with: Array((pieces.randomElement() ?? "").utf8))
                }
            }
            guard (try? InferenceRequest(bytes.span)) != nil else { continue }
            accepted += 1
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
            #expect(isJSON, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(accepted > 100)
    }
}
