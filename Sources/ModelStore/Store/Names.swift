package import Support

/// Rules for names that become parts of refs.
package enum Names {
    /// Checks the name of a model or an environment: `[a-z][a-z0-9-]{0,62}`, not ending in `-`, not `latest`, not like
    /// a version.
    ///
    /// The word says what it is the name of, for the message.
    package static func validate(_ name: String, as word: String) throws(NameError) {
        let bytes = Array(name.utf8)
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let first = bytes.first, let last = bytes.last, isLetter(first), last != UInt8(ascii: "-"),
            bytes.count <= 63, bytes.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") })
        else {
            throw NameError(
                name: name,
                word: word,
                reason: "expected a lower-case letter, then up to 62 lower-case letters, digits or hyphens"
            )
        }
        if name == "latest" || (first == UInt8(ascii: "v") && bytes.count > 1 && isDigit(bytes[1])) {
            throw NameError(name: name, word: word, reason: "`latest` and names like `v1` are reserved for versions")
        }
    }
}

/// A name that cannot be used.
package struct NameError: Failure, Hashable {
    package let name: String
    package let word: String
    package let reason: String

    package var description: String { "`\(name)` cannot be the name of \(word): \(reason)" }
    package var kind: FailureKind { .usage }
    package var hints: [String] {
        let cleaned = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        let trimmed = cleaned.split(separator: "-").joined(separator: "-")
        return trimmed.isEmpty || trimmed == name ? [] : ["for example `\(trimmed)`"]
    }
}

extension Names {
    /// A name for a model that is called something else: `defect-type` for `Defect Type`.
    package static func made(of text: String) -> String {
        var name = ""
        for letter in text.lowercased().unicodeScalars {
            let isKept = ("a"..."z").contains(letter) || ("0"..."9").contains(letter)
            if isKept {
                name.unicodeScalars.append(letter)
            } else if !name.isEmpty, !name.hasSuffix("-") {
                name += "-"
            }
        }
        while name.hasSuffix("-") { name.removeLast() }
        name = String(name.drop { !$0.isLetter }.prefix(40))
        let isReserved = name == "latest" || (name.hasPrefix("v") && name.dropFirst().first?.isNumber == true)
        return name.isEmpty || isReserved ? "model" : name
    }
}
