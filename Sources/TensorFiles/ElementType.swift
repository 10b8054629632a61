/// The type of the numbers in a tensor.
package enum ElementType: Sendable, Hashable, CaseIterable {
    case float64, float32, float16, bfloat16
    case int64, int32, int16, int8
    case uint64, uint32, uint16, uint8
    case bool
    /// Eight-bit numbers of recent accelerators: kept byte for byte, never computed with.
    case float8e4m3, float8e5m2

    /// Bytes per number.
    package var size: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
        }
    }

    /// The name in a safetensors header: `F32`.
    package var safetensorsName: String {
        switch self {
        case .float64: "F64"
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint64: "U64"
        case .uint32: "U32"
        case .uint16: "U16"
        case .uint8: "U8"
        case .bool: "BOOL"
        case .float8e4m3: "F8_E4M3"
        case .float8e5m2: "F8_E5M2"
        }
    }

    /// Reads a name of a safetensors header.
    package init?(safetensorsName name: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
        self = type
    }

    /// The place of the type in the library's own list; a file holds the last type first.
    var safetensorsRank: Int {
        switch self {
        case .bool: 0
        case .uint8: 1
        case .int8: 2
        case .float8e5m2: 3
        case .float8e4m3: 4
        case .int16: 5
        case .uint16: 6
        case .float16: 7
        case .bfloat16: 8
        case .int32: 9
        case .uint32: 10
        case .float32: 11
        case .float64: 12
        case .int64: 13
        case .uint64: 14
        }
    }

    /// NumPy's kind and size, without the byte order: `f4`; `nil` for types that NumPy does not have.
    package var numpyCode: String? {
        switch self {
        case .float64, .float32, .float16: "f\(size)"
        case .int64, .int32, .int16, .int8: "i\(size)"
        case .uint64, .uint32, .uint16, .uint8: "u\(size)"
        case .bool: "b1"
        case .bfloat16, .float8e4m3, .float8e5m2: nil
        }
    }

    /// Reads NumPy's kind and size.
    package init?(numpyCode code: some StringProtocol) {
        guard let type = Self.allCases.first(where: { $0.numpyCode.map { code == $0 } ?? false }) else { return nil }
        self = type
    }
}
