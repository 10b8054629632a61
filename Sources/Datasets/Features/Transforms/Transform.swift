/// One step of a chain that makes features of a column, with everything it learned from the training rows.
///
/// A new transform is a type that conforms, in a file of its own, a case of ``TransformDescription``, and a line in
/// ``FittedTransform``.
package protocol Transform: Codable, Hashable, Sendable {
    /// The name in `features.json`, in camel case.
    static var key: String { get }

    /// Whether it takes the values of a row as a whole, such as a recording, and not each by itself.
    static var takesWholeRow: Bool { get }

    /// Replaces the values of a block.
    func apply(to block: inout FeatureBlock) throws

    /// The names of what comes out, given those of what goes in: one for each value of a row.
    func names(of inputs: [String]) -> [String]

    /// The names of the indicators that the step puts behind the values.
    func indicatorNames(of inputs: [String]) -> [String]
}

extension Transform {
    package static var takesWholeRow: Bool { false }
    package func names(of inputs: [String]) -> [String] { inputs }
    package func indicatorNames(of inputs: [String]) -> [String] { [] }
}

/// A step that has learned what it needs.
package struct FittedTransform: Sendable {
    package let transform: any Transform

    init(_ transform: some Transform) { self.transform = transform }

    /// The name as the project file writes it, such as `min_max`.
    package var name: String {
        if transform is ImputeText { return Impute.key }
        return type(of: transform).key.reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_\(letter.lowercased())" : "\(letter)"
        }
    }

    /// What a package may hold.
    private static let types: [any Transform.Type] = [
        Rescale.self, Standardize.self, MinMax.self, Robust.self, LogOnePlus.self, Clip.self, Impute.self,
        ImputeText.self, OneHot.self, Ordinal.self, FeatureHash.self, DateParts.self, Statistics.self,
    ]
}

extension FittedTransform: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        AnyHashable(left.transform) == AnyHashable(right.transform)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(transform)) }
}

extension FittedTransform: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let key = container.allKeys.first
        guard let key, let type = Self.types.first(where: { $0.key == key.stringValue }) else {
            let found = key.map { "`\($0.stringValue)`" } ?? "nothing"
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected a step of a chain, found \(found)")
            )
        }
        transform = try container.decode(type, forKey: key)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(transform, forKey: Key(stringValue: type(of: transform).key))
    }
}

/// Collects what a transform needs to know about the training rows, in one pass over them or in several.
protocol TransformFitter {
    /// Looks at a block that the earlier steps of the chain have been applied to.
    mutating func observe(_ block: FeatureBlock) throws

    /// Ends a pass, and returns whether another is needed.
    mutating func needsAnotherPass() throws -> Bool

    func finish() throws -> FittedTransform
}

extension TransformFitter {
    mutating func needsAnotherPass() -> Bool { false }
}
