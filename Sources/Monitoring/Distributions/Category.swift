/// A value of a column of text.
///
/// Two categories are equal only when their bytes are. Swift's `String` takes two spellings of one accented letter for
/// equal, and other tools do not.
package struct Category: Hashable, Sendable, Comparable {
    /// The text in UTF-8.
    package let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package init(bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// The text; bytes that are no UTF-8 are replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Category: Codable {
    package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
