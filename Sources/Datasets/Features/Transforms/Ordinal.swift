/// Numbers the categories of a text from 0, for grades that have an order.
package struct Ordinal: Transform {
    package static let key = "ordinal"
    /// The categories in the order of their numbers.
    package let categories: [ByteString]
    /// What a text is that was not there in training: an error, or one number more.
    package let unknown: UnknownCategory
    private let places: CategoryPlaces

    private enum CodingKeys: String, CodingKey { case categories, unknown }

    package init(categories: [ByteString], unknown: UnknownCategory = .error) {
        self.categories = categories
        self.unknown = unknown
        places = CategoryPlaces(categories)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            categories: try container.decode([ByteString].self, forKey: .categories),
            unknown: try container.decodeIfPresent(UnknownCategory.self, forKey: .unknown) ?? .error
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(categories, forKey: .categories)
        if unknown != .error { try container.encode(unknown, forKey: .unknown) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.categories == right.categories && left.unknown == right.unknown
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(categories) }

    package func apply(to block: inout FeatureBlock) throws {
        let places = try places.places(of: block.text) { text in
            guard unknown == .other else {
                throw UnknownCategoryFault(
                    text: text,
                    hint: "correct the value; or train with ordinal: {unknown: other}"
                )
            }
            return Int32(categories.count)
        }
        block.values = .numbers(places.map { Double($0) })
    }
}

/// Collects the categories of the training rows, or checks that they are the given ones.
struct OrdinalFitter: TransformFitter {
    let order: [String]?
    let unknown: UnknownCategory
    private var categories: CategoryCounts

    init(column: String, order: [String]?, unknown: UnknownCategory) {
        self.order = order
        self.unknown = unknown
        categories = CategoryCounts(column: column)
    }

    mutating func observe(_ block: FeatureBlock) throws {
        guard let order else { return try categories.observe(block.text) }
        // A word that the order lacks is a mistake in one of the two.
        var copy = block
        try Ordinal(categories: order.map { ByteString($0) }, unknown: unknown).apply(to: &copy)
    }

    func finish() -> FittedTransform {
        let found = order?.map { ByteString($0) } ?? categories.counts.map(\.category).sorted()
        return FittedTransform(Ordinal(categories: found, unknown: unknown))
    }
}
