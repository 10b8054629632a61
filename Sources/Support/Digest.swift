internal import Crypto

/// A SHA-256, written `sha256:` and 64 hexadecimal digits.
package struct Digest: Hashable, Sendable {
    /// The 64 hexadecimal digits.
    package let hexadecimal: String

    /// Reads `sha256:<64 digits>` or the digits alone; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : String(text)
        guard digits.utf8.count == 64, Hexadecimal.bytes(digits) != nil else { return nil }
        hexadecimal = digits
    }

    /// Reads the 64 digits alone; `nil` for anything else.
    package init?(digits: ArraySlice<UInt8>) {
        guard digits.count == 64, Hexadecimal.isValid(digits) else { return nil }
        hexadecimal = String(decoding: digits, as: UTF8.self)
    }

    fileprivate init(digits: String) { hexadecimal = digits }

    /// The digest of `bytes`.
    package init(of bytes: RawSpan) {
        var builder = DigestBuilder()
        builder.update(bytes)
        self = builder.finish()
    }

    /// The digest of `bytes`.
    package init(of bytes: [UInt8]) { unsafe self.init(of: bytes.span.bytes) }

    /// The first twelve digits, for people.
    package var short: String { String(hexadecimal.prefix(12)) }
}

extension Digest: CustomStringConvertible {
    package var description: String { "sha256:\(hexadecimal)" }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected sha256:<64 digits>, found `\(text)`")
            )
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Computes a ``Digest`` piece by piece.
package struct DigestBuilder {
    private var hash = SHA256()

    package init() {}

    /// Appends `bytes` to what is hashed.
    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in unsafe hash.update(bufferPointer: bytes) }
    }

    /// Appends `bytes` to what is hashed.
    package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

    /// The digest of everything appended so far.
    package func finish() -> Digest { Digest(digits: Hexadecimal.string(hash.finalize())) }
}

/// SHA-1, which git names its objects by.
///
/// It protects nothing: every package has a ``Digest`` as well.
package struct ObjectHash {
    private var hash = Insecure.SHA1()

    package init() {}

    /// Appends `bytes` to what is hashed.
    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in unsafe hash.update(bufferPointer: bytes) }
    }

    /// The twenty bytes of the hash.
    package func finish() -> [UInt8] { Array(hash.finalize()) }
}

extension Digest {
    /// The digest of what is left of an open file, read in pieces.
    package init(ofFile file: borrowing File) throws(SystemError) {
        var builder = DigestBuilder()
        // No larger than needed: a rollback hashes many small files, and fresh memory costs more than hashing it.
        var buffer = [UInt8](repeating: 0, count: max(4096, min(try file.size(), 1 << 18)))
        while true {
            var span = buffer.mutableSpan
            var target = unsafe span.mutableBytes
            let count = try file.read(into: &target)
            if count == 0 { break }
            unsafe builder.update(buffer.span.bytes.extracting(first: count))
        }
        self = builder.finish()
    }
}
