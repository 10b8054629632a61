/// What the header of an NPY file says: type, byte order, order of the axes, shape.
///
/// The format: NumPy Enhancement Proposal 1 and `numpy/lib/format.py`.
struct NPYHeader: Equatable {
    var elementType: ElementType
    var isBigEndian = false
    var isFortranOrder = false
    var shape: [Int]
    /// Where the numbers begin in the file.
    var dataStart = 0

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The longest header that is read; those of plain arrays have about a hundred bytes.
    static let longest = 1 << 20

    /// The number of bytes before the header's text, from the first eight bytes of the file.
    static func prefixLength(_ bytes: [UInt8], source: String) throws(TensorFileError) -> Int {
        guard bytes.prefix(6).elementsEqual(magic.prefix(bytes.count)) else {
            throw .malformed(source, "this is no NPY file: it does not begin with \\x93NUMPY")
        }
        guard bytes.count >= 8 else { throw .truncated(source, expected: 8, found: bytes.count) }
        guard (1...3).contains(bytes[6]) else {
            throw .unsupported(source, "NPY version \(bytes[6]).\(bytes[7]); versions 1, 2 and 3 are read")
        }
        return bytes[6] == 1 ? 10 : 12
    }

    /// The length of the header's text, from the bytes before it.
    static func textLength(_ prefix: [UInt8], source: String) throws(TensorFileError) -> Int {
        let length = LittleEndian.integer(prefix[8...])
        guard length <= UInt64(longest) else {
            throw .malformed(source, "expected a header of at most \(longest) bytes, found \(length)")
        }
        return Int(length)
    }

    /// The bytes before the numbers, in version 1, as NumPy writes them: padded to a multiple of 64.
    func encoded() -> [UInt8] {
        let code = elementType.numpyCode ?? "u\(elementType.size)"
        let order = elementType.size == 1 ? "|" : "<"
        let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = Array("{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': (\(lengths)), }".utf8)
        // NumPy leaves room for the first length to grow to 21 digits.
        if let rows = shape.first { text += [UInt8](repeating: 0x20, count: 21 - String(rows).utf8.count) }
        while !(10 + text.count + 1).isMultiple(of: 64) { text.append(0x20) }
        text.append(0x0A)
        return Self.magic + [1, 0] + LittleEndian.bytes(of: text.count, count: 2) + text
    }
}
