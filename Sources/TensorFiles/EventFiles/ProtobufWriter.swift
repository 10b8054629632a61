/// Writes fields of Protocol Buffers' wire format, those that an event file needs.
///
/// There are eight of them, and nothing is read: a library with a generator and its generated files would be a hundred times
/// this size.
package struct ProtobufWriter {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// How the bytes of a field are laid out.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// An `int64` or an enumeration; a negative number takes ten bytes.
    package mutating func integer(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A `double`.
    package mutating func double(_ field: Int, _ value: Double) {
        tag(field, .fixed64)
        bytes += LittleEndian.bytes([value.bitPattern])
    }

    /// A `float`.
    package mutating func float(_ field: Int, _ value: Float) {
        tag(field, .fixed32)
        bytes += LittleEndian.bytes([value.bitPattern])
    }

    /// A `string`.
    package mutating func string(_ field: Int, _ value: String) { delimited(field, Array(value.utf8)) }

    /// A message within this one.
    package mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        delimited(field, inner.bytes)
    }

    private mutating func delimited(_ field: Int, _ content: [UInt8]) {
        tag(field, .lengthDelimited)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func tag(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

    /// Seven bits per byte, the lowest first; the highest bit says that more follow.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
