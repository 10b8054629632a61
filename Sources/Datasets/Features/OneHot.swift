/// Gives each category of a text an output of its own, which is 1 where the text is that category and else 0.
///
/// A text that was not there in training gets zeros everywhere.
package struct OneHot: Transform {
    /// The categories, in the order of their bytes.
    package let categories: [ByteString]
    private let table: ByteTable

    private enum CodingKeys: String, CodingKey { case categories }

    package init(categories: [ByteString]) {
        self.categories = categories
        var table = ByteTable()
        for category in categories { _ = table.insert(category.bytes[...]) }
        self.table = table
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(categories: try container.decode([ByteString].self, forKey: .categories))
    }

    package static func == (left: Self, right: Self) -> Bool { left.categories == right.categories }

    package func hash(into hasher: inout Hasher) { hasher.combine(categories) }

    package func apply(to block: inout FeatureBlock) {
        guard let (column, rows) = block.text else { preconditionFailure("one_hot is the first step of a text column") }
        block.width = categories.count
        block.numbers = [Double](repeating: 0, count: rows.count * categories.count)
        var start = 0
        for row in rows {
            if let category = table.find(column[row]) { block.numbers[start + category] = 1 }
            start += categories.count
        }
    }

    package func names(of inputs: [String]) -> [String] { categories.map { "\(inputs[0])=\($0.text)" } }
}

/// Collects the categories of the training rows.
struct OneHotFitter: TransformFitter {
    /// The most categories of a column; more are taken for an identifier.
    static let limit = 65_535

    let column: String
    private var table = ByteTable()

    init(column: String) { self.column = column }

    mutating func observe(_ block: FeatureBlock) throws {
        guard let (texts, rows) = block.text else { preconditionFailure("one_hot is the first step of a text column") }
        for row in rows {
            guard table.insert(texts[row]) >= Self.limit else { continue }
            throw DatasetError(
                .init("features", row: row + 1, column: column),
                "there are more than \(Self.limit) categories",
                hint: "is it an identifier? then ignore the column"
            )
        }
    }

    func finish() -> FittedTransform { .oneHot(OneHot(categories: table.keys.sorted())) }
}
