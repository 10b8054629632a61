/// Numbers to bytes and back, least significant byte first.
enum LittleEndian {
    /// The bytes of a list of numbers.
    static func bytes<Number: BitwiseCopyable>(_ values: [Number]) -> [UInt8] {
        let bytes = unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
        return isNative ? bytes : swapped(bytes, size: MemoryLayout<Number>.size)
    }

    /// The numbers that `bytes` hold; what is left over at the end is dropped.
    ///
    /// `zero` fills the list before the bytes are copied.
    static func numbers<Number: BitwiseCopyable>(_ bytes: [UInt8], zero: Number) -> [Number] {
        let size = MemoryLayout<Number>.size
        var values = [Number](repeating: zero, count: bytes.count / size)
        let source = isNative ? bytes : swapped(bytes, size: size)
        unsafe values.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { source in
                // SAFETY: both buffers are alive here, and the count is that of the shorter one.
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<target.count]))
            }
        }
        return values
    }

    /// The unsigned number in the given bytes.
    static func integer(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The lowest `count` bytes of a number.
    static func bytes(of number: Int, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// The bytes with those of each number in reverse order.
    static func swapped(_ bytes: [UInt8], size: Int) -> [UInt8] {
        guard size > 1 else { return bytes }
        var bytes = bytes
        for start in stride(from: 0, through: bytes.count - size, by: size) {
            bytes[start..<start + size].reverse()
        }
        return bytes
    }

    private static let isNative = UInt16(1).littleEndian == 1
}
