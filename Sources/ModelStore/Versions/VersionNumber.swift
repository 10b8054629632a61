/// The number of a version, `v1.2.3`.
///
/// MAJOR: the inputs or outputs changed. MINOR: the recipe changed, or an import. PATCH: new data or another seed.
package struct VersionNumber: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int
    package let patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `v1.2.3`; `nil` for anything else, leading zeros included.
    package init?(_ text: some StringProtocol) { self.init(utf8: text.utf8) }

    /// Reads what a person typed: `v1.2.3`, or `1.2.3`.
    package init?(typed text: String) { self.init(text.hasPrefix("v") ? text : "v\(text)") }

    /// Reads `v1.2.3` byte by byte, as a list reads thousands of them; `nil` for anything else.
    init?(utf8 bytes: some Collection<UInt8>) {
        guard bytes.first == UInt8(ascii: "v") else { return nil }
        var (major, minor, dots) = (0, 0, 0)
        var (number, digits) = (0, 0)
        for byte in bytes.dropFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits < 9, digits == 0 || number > 0 else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
            case UInt8(ascii: "."):
                guard digits > 0, dots < 2 else { return nil }
                (major, minor) = dots == 0 ? (number, 0) : (major, number)
                (number, digits) = (0, 0)
                dots += 1
            default: return nil
            }
        }
        guard digits > 0, dots == 2 else { return nil }
        self.init(major, minor, number)
    }

    package static let first = VersionNumber(1, 0, 0)

    package var description: String { "v\(major).\(minor).\(patch)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// The next number for a change of the given kind.
    package func next(for change: Change) -> VersionNumber {
        switch change {
        case .signature: VersionNumber(major + 1, 0, 0)
        case .recipe: VersionNumber(major, minor + 1, 0)
        case .data: VersionNumber(major, minor, patch + 1)
        }
    }

    /// The next number for a change of the given kind that nobody has.
    package func next(for change: Change, unless isTaken: (VersionNumber) throws -> Bool) rethrows -> VersionNumber {
        var number = next(for: change)
        while try isTaken(number) { number = number.next(for: change) }
        return number
    }

    /// What distinguishes a version from its parent.
    package enum Change: Sendable {
        case signature, recipe, data
    }

    /// The number itself where nobody has it, else the next of its line.
    ///
    /// In its own line, as what it says of the signature must stay true beside a `v2.0.0` of somebody else.
    func firstFree(unless isTaken: (VersionNumber) throws -> Bool) rethrows -> VersionNumber {
        try isTaken(self) ? next(for: kindOfChange, unless: isTaken) : self
    }

    /// What the number says that has changed: `v2.0.0` the signature, `v1.3.0` the recipe, `v1.3.2` the data.
    ///
    /// A first version says nothing: beside another first one it is another recipe.
    private var kindOfChange: Change { patch > 0 ? .data : minor > 0 || self == .first ? .recipe : .signature }
}

extension VersionNumber: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = VersionNumber(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected v1.2.3, found `\(text)`")
            )
        }
        self = number
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
