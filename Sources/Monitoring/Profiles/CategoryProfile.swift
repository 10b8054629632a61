/// What is kept of a column of text to compare others with: the most frequent categories and their counts.
///
/// Of an identifier no value is kept: there is nothing to compare, and serial numbers or names of persons have no place
/// in a model's package.
package struct CategoryProfile: Codable, Sendable, Hashable {
    /// The number of categories that are kept.
    package static let limit = 1000

    /// A category and the rows that have it.
    package struct Entry: Codable, Sendable, Hashable {
        package let name: Category
        package let count: Int
    }

    /// Whether no two rows are equal.
    package let isIdentifier: Bool
    /// The number of categories, kept or not.
    package let distinct: Int
    /// The number of rows whose category is not kept.
    package let other: Int
    /// The most frequent categories, the first of equals in the order of their bytes.
    package let categories: [Entry]

    /// What is kept of a sample.
    package init(_ sample: CategorySample) {
        let distribution = sample.distribution
        isIdentifier = distribution.isIdentifier
        distinct = distribution.distinctCount
        let ranked = isIdentifier ? [] : distribution.ranked
        categories = ranked.prefix(Self.limit).map { Entry(name: $0.category, count: $0.count) }
        other = categories.reduce(distribution.count) { $0 - $1.count }
    }

    /// Whether the figures can be those of a column with so many values.
    func isConsistent(count: Int) -> Bool {
        categories.count <= Self.limit && categories.allSatisfy { (1...max(1, count)).contains($0.count) }
            && (0...count).contains(other)
            && categories.reduce(other, { $0 + min($1.count, count - $0 + 1) }) == count
            && Set(categories.map(\.name)).count == categories.count
            && (0...count).contains(distinct)
            && (other == 0 ? categories.count == distinct : categories.count < distinct)
            && isIdentifier == (count > 1 && distinct == count)
    }
}

extension CategoryDistribution {
    /// The distribution that a profile remembers.
    package init(_ profile: CategoryProfile) {
        self.init(
            counts: Dictionary(profile.categories.map { ($0.name, $0.count) }, uniquingKeysWith: +),
            otherCount: profile.other,
            distinctCount: profile.distinct
        )
    }
}
