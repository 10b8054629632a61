import Serving
import Testing

struct BinaryTensorTests {
    static func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
        numbers.flatMap { number in (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    }

    static func tensor(_ type: DataType, _ shape: [Int], _ bytes: [UInt8]) throws -> InputTensor {
        try InputTensor(name: "x", type: type, shape: shape, binary: bytes.span)
    }

    @Test func everyTypeIsRead() throws {
        func expect(_ type: DataType, _ bytes: [UInt8], _ numbers: [Double]) throws {
            let tensor = try Self.tensor(type, [numbers.count], bytes)
            #expect(tensor.values == .numbers(numbers), "\(type)")
        }
        try expect(.int8, Self.bytes([Int8(-128), 127]), [-128, 127])
        try expect(.uint16, Self.bytes([UInt16(65535), 1]), [65535, 1])
        try expect(.int16, Self.bytes([Int16(-32768), 1]), [-32768, 1])
        try expect(.uint32, Self.bytes([UInt32.max, 1]), [4_294_967_295, 1])
        try expect(.int32, Self.bytes([Int32.min, 1]), [-2_147_483_648, 1])
        try expect(.uint64, Self.bytes([UInt64(1) << 52]), [0x1p52])
        try expect(.int64, Self.bytes([Int64(-1) << 52, 3]), [-0x1p52, 3])
        try expect(.float64, Self.bytes([Double.pi.bitPattern]), [Double.pi])
        try expect(.float16, Self.bytes([UInt16(0x3C00), 0xC000]), [1, -2])
        try expect(.bfloat16, Self.bytes([UInt16(0x3F80), 0xC000]), [1, -2])
        #expect(try Self.tensor(.float32, [1], Self.bytes([Float(0.1).bitPattern])).values == .floats([0.1]))
        #expect(try Self.tensor(.uint8, [3], [1, 2, 255]).values == .bytes([1, 2, 255]))
        #expect(try Self.tensor(.bytes, [2], [1, 0, 0, 0, 65, 0, 0, 0, 0]).values == .texts([[65], []]))
    }

    @Test(arguments: [
        (DataType.float32, [1], [UInt8](repeating: 0, count: 3)), (.float32, [2], [UInt8](repeating: 0, count: 9)),
        (.float32, [1 << 62, 4], []), (.float64, [-1], []), (.bytes, [1], [4, 0, 0, 0, 1]), (.bytes, [1], [0, 0, 0]),
        (.bytes, [1], [0xFF, 0xFF, 0xFF, 0xFF, 1]), (.bytes, [1], [1, 0, 0, 0, 65, 66]),
        (.bytes, [1 << 40], [0, 0, 0, 0]),
        (.uint64, [1], [UInt8](repeating: 0xFF, count: 8)), (.bool, [1], [2]),
    ])
    func whatDoesNotFitIsRefused(type: DataType, shape: [Int], bytes: [UInt8]) {
        #expect(throws: RequestError.self) { try Self.tensor(type, shape, bytes) }
    }

    /// Tensors stand behind the JSON in their order.
    @Test func framesAreFollowed() throws {
        let json =
            #"{"inputs":[{"name":"a","shape":[2],"datatype":"INT32","parameters":{"binary_data_size":8}},"#
            + #"{"name":"b","shape":[1],"datatype":"FP32","data":[5]},"#
            + #"{"name":"c","shape":[1],"datatype":"UINT8","parameters":{"binary_data_size":1}}]}"#
        let body = Array(json.utf8) + Self.bytes([Int32(-1), 2]) + [9]
        let request = try InferenceRequest(body.span, headerLength: json.utf8.count)
        #expect(request.inputs.map(\.values) == [.numbers([-1, 2]), .numbers([5]), .bytes([9])])
        for wrong in [json.utf8.count - 1, json.utf8.count + 1, body.count + 1, -1] {
            #expect(throws: RequestError.self) { try InferenceRequest(body.span, headerLength: wrong) }
        }
        #expect(throws: RequestError.self) {
            try InferenceRequest(Array(body.dropLast()).span, headerLength: json.utf8.count)
        }
        #expect(throws: RequestError.self) { try InferenceRequest((body + [0]).span, headerLength: json.utf8.count) }
        #expect(throws: RequestError.self) { try InferenceRequest(Array(json.utf8).span) }
    }
}
