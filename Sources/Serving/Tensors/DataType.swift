/// The type of a tensor's values, by the names of the Open Inference Protocol.
package enum DataType: String, Sendable, Hashable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case float16 = "FP16"
    case bfloat16 = "BF16"
    case float32 = "FP32"
    case float64 = "FP64"
    case bytes = "BYTES"

    /// The bytes of a value in binary form; `nil` for texts, of which each says its own length.
    package var width: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: nil
        }
    }

    /// The whole numbers that it holds; `nil` for a type of other values.
    ///
    /// Those of 64 bits are limited to what a `Double` tells apart, as every value is worked on as one.
    var wholeNumbers: ClosedRange<Double>? {
        switch self {
        case .bool: 0...1
        case .uint8: 0...255
        case .uint16: 0...65_535
        case .uint32: 0...4_294_967_295
        case .uint64: 0...0x1.fffffffffffffp52
        case .int8: -128...127
        case .int16: -32_768...32_767
        case .int32: -2_147_483_648...2_147_483_647
        case .int64: -0x1.fffffffffffffp52...0x1.fffffffffffffp52
        case .float16, .bfloat16, .float32, .float64, .bytes: nil
        }
    }
}
