/// Gives each category of a text an output of its own, which is 1 where the text is that category and else 0.
package struct OneHot: Transform {
    package static let key = "oneHot"
    /// The categories, in the order of their bytes; a missing text is the empty one.
    package let categories: [ByteString]
    /// What a text is that was not there in training, or too rarely; `other` has an output of its own, behind the
    /// categories.
    package let unknown: UnknownCategory
    private let places: CategoryPlaces

    private enum CodingKeys: String, CodingKey { case categories, unknown }

    package init(categories: [ByteString], unknown: UnknownCategory = .zeros) {
        self.categories = categories
        self.unknown = unknown
        places = CategoryPlaces(categories)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            categories: try container.decode([ByteString].self, forKey: .categories),
            unknown: try container.decodeIfPresent(UnknownCategory.self, forKey: .unknown) ?? .zeros
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(categories, forKey: .categories)
        if unknown != .zeros { try container.encode(unknown, forKey: .unknown) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.categories == right.categories && left.unknown == right.unknown
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(categories) }

    package func apply(to block: inout FeatureBlock) throws {
        let other = Int32(categories.count)
        let found = try places.places(of: block.text) { text in
            switch unknown {
            case .zeros: return -1
            case .other: return other
            case .error:
                throw UnknownCategoryFault(
                    text: text,
                    hint: "correct the value; or train with one_hot: {unknown: zeros}, or other"
                )
            }
        }
        block.values = .oneHot(found)
        block.width = categories.count + (unknown == .other ? 1 : 0)
    }

    package func names(of inputs: [String]) -> [String] {
        let names = categories.map { "\(inputs[0])=\($0.text)" }
        return unknown == .other ? names + ["\(inputs[0]) other"] : names
    }
}

/// Collects the categories of the training rows.
struct OneHotFitter: TransformFitter {
    let unknown: UnknownCategory
    /// The rows that a category needs to get an output of its own.
    let minimumRows: Int
    private var categories: CategoryCounts

    init(column: String, unknown: UnknownCategory, minimumRows: Int) {
        self.unknown = unknown
        self.minimumRows = minimumRows
        categories = CategoryCounts(column: column)
    }

    mutating func observe(_ block: FeatureBlock) throws { try categories.observe(block.text) }

    func finish() -> FittedTransform {
        let frequent = categories.counts.filter { $0.count >= minimumRows }.map(\.category)
        return FittedTransform(OneHot(categories: frequent.sorted(), unknown: unknown))
    }
}
