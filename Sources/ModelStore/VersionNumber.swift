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
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix("v") else { return nil }
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> Int? in
            guard !part.isEmpty, part.utf8.count <= 9, part.utf8.allSatisfy({ (48...57).contains($0) }),
                part == "0" || !part.hasPrefix("0")
            else { return nil }
            return Int(part)
        }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
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

    /// What distinguishes a version from its parent.
    package enum Change: Sendable {
        case signature, recipe, data
    }
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
