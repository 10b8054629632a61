internal import CLibgit2
internal import Support

/// The SHA-1 name of a git object.
package struct ObjectID: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt32)

    /// Takes the twenty bytes of a SHA-1; `nil` for another count.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 20 else { return nil }
        words = ObjectID.words(bytes)
    }

    /// Reads forty hexadecimal digits; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }

    init(_ raw: git_oid) {
        words = ObjectID.words(unsafe withUnsafeBytes(of: raw) { unsafe Array($0) })
    }

    private static func words(_ bytes: [UInt8]) -> (UInt64, UInt64, UInt32) {
        func word<Word: FixedWidthInteger>(_ start: Int, _ type: Word.Type) -> Word {
            bytes[start..<start + Word.bitWidth / 8].reduce(0) { $0 << 8 | Word($1) }
        }
        return (word(0, UInt64.self), word(8, UInt64.self), word(16, UInt32.self))
    }

    /// The twenty bytes.
    package var bytes: [UInt8] {
        func split<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
            (0..<Word.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
        return split(words.0) + split(words.1) + split(words.2)
    }

    /// The name as libgit2 takes it.
    var raw: git_oid {
        var raw = git_oid()
        let bytes = self.bytes
        unsafe withUnsafeMutableBytes(of: &raw) { unsafe $0.copyBytes(from: bytes) }
        return raw
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

extension ObjectID: CustomStringConvertible {
    /// Forty lower-case hexadecimal digits.
    package var description: String { Hexadecimal.string(bytes) }
}
