internal import NIOCore

/// Writes messages in the wire format of Protocol Buffers; values that are the default are left out, as the format has it.
extension ByteBuffer {
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func writeKey(_ field: Int, _ form: MessageReader.Form) {
        writeVarint(UInt64(field) << 3 | form.rawValue)
    }

    mutating func writeField(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        writeKey(field, .varint)
        writeVarint(value)
    }

    mutating func writeField(_ field: Int, _ value: Bool) { writeField(field, value ? 1 : 0) }

    mutating func writeField(_ field: Int, _ text: String) {
        guard !text.isEmpty else { return }
        writeElement(field, text)
    }

    /// One value of a repeated field, which is written even where it is empty.
    mutating func writeElement(_ field: Int, _ text: String) {
        writeKey(field, .bytes)
        writeVarint(UInt64(text.utf8.count))
        writeString(text)
    }

    mutating func writeElement(_ field: Int, _ bytes: [UInt8]) {
        writeKey(field, .bytes)
        writeVarint(UInt64(bytes.count))
        writeBytes(bytes)
    }

    /// A message within this one, or bytes of whatever kind.
    mutating func writeMessage(_ field: Int, _ write: (inout ByteBuffer) -> Void) {
        var inner = ByteBuffer()
        write(&inner)
        writeKey(field, .bytes)
        writeVarint(UInt64(inner.readableBytes))
        writeBuffer(&inner)
    }
}
