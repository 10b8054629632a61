extension JSONReader {
    /// A text.
    mutating func text(_ bytes: Span<UInt8>) throws(RequestError) -> String {
        String(decoding: try textBytes(bytes), as: UTF8.self)
    }

    /// The bytes of a text, which are UTF-8, with its escapes resolved.
    mutating func textBytes(_ bytes: Span<UInt8>) throws(RequestError) -> [UInt8] {
        guard try peek(bytes) == UInt8(ascii: "\"") else { throw unexpected(bytes, "a text") }
        position += 1
        var text: [UInt8] = []
        var isASCII = true
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard isASCII || String(validating: text, as: UTF8.self) != nil else {
                    throw .invalid("a text before byte \(position) of the JSON is no UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                position += 1
                let scalar = try escape(bytes)
                isASCII = isASCII && scalar.isASCII
                text += UTF8.encode(scalar)?.map { $0 } ?? []
            case 0..<0x20: throw unexpected(bytes, "a text without control characters")
            default:
                if byte >= 0x80 { isASCII = false }
                text.append(byte)
                position += 1
            }
        }
        throw .invalid("the JSON ends within a text")
    }

    /// What stands for an escape, whose backslash was read.
    private mutating func escape(_ bytes: Span<UInt8>) throws(RequestError) -> Unicode.Scalar {
        guard position < bytes.count else { throw .invalid("the JSON ends within a text") }
        let byte = bytes[position]
        let scalar: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(byte)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"):
            position += 1
            return try unicodeEscape(bytes)
        default: throw unexpected(bytes, "an escape")
        }
        position += 1
        return scalar
    }

    /// A scalar as four hexadecimal digits, or as two pairs of four, a high and a low surrogate.
    private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(RequestError) -> Unicode.Scalar {
        let high = try hexadecimal(bytes)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw unexpected(bytes, "the second half of a surrogate pair") }
        position += 2
        let low = try hexadecimal(bytes)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw unexpected(bytes, "the second half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(RequestError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw .invalid("the JSON ends within a text") }
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 48
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 87
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 55
            default: throw unexpected(bytes, "a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
