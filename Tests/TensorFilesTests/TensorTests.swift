import TensorFiles
import Testing

struct TensorTests {
    @Test(
        arguments: [
            ([], 1), ([0], 0), ([3, 4], 12), ([Int.max, 0], 0), ([Int.max, 2], nil), ([-1], nil),
            ([1 << 32, 1 << 32], nil),
            ([0, -1], nil),
        ] as [([Int], Int?)]
    )
    func countsAreChecked(shape: [Int], count: Int?) {
        #expect(Tensor.count(of: shape) == count)
    }

    /// The values are those of IEEE 754 and of the first 16 bits of a float.
    @Test(
        arguments: [
            (ElementType.float16, 0x3C00, 1), (.float16, 0xC000, -2), (.float16, 0x0001, 0x1p-24),
            (.float16, 0x7BFF, 65504),
            (.float16, 0x7C00, .infinity), (.float16, 0x8000, -0.0), (.bfloat16, 0x3F80, 1), (.bfloat16, 0xC040, -3),
        ] as [(ElementType, Int, Float)]
    )
    func smallFloatsAreWidened(type: ElementType, bits: Int, value: Float) throws {
        let tensor = Tensor(
            elementType: type,
            shape: [1],
            bytes: [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
        )
        #expect(try tensor.floats().map(\.bitPattern) == [value.bitPattern])
    }

    @Test func eightBitFloatsAreKeptButNotRead() {
        let tensor = Tensor(elementType: .float8e4m3, shape: [1], bytes: [0x38])
        #expect(throws: TensorFileError.self) { try tensor.floats() }
        #expect(throws: TensorFileError.self) { try NPY.encode(tensor) }
    }
}
