/// What is done with a category that was not there in training.
package enum UnknownCategory: String, Codable, Sendable, CaseIterable {
    /// It belongs to none of the known ones: zeros everywhere.
    case zeros
    /// It stops the prediction, and is named.
    case error
    /// It belongs to those that were too rare in training to get a place of their own.
    case other
}

/// The categories of a column, each with its place.
struct CategoryPlaces: Sendable {
    let categories: [ByteString]
    private let table: ByteTable

    init(_ categories: [ByteString]) {
        self.categories = categories
        var table = ByteTable()
        for category in categories { _ = table.insert(category.bytes.span) }
        self.table = table
    }

    /// For each different text of a column its place; `unknown` decides about those that have none.
    ///
    /// Texts that no row has any more are not asked about.
    func places(of column: TextColumn, unknown: (_ text: ArraySlice<UInt8>) throws -> Int32) throws -> [Int32] {
        var places = [Int32?](repeating: nil, count: column.distinctCount)
        return try column.codes.enumerated().map { row, code in
            if let place = places[Int(code)] { return place }
            let text = column.distinct(Int(code))
            let place: Int32
            do {
                place = try table.find(text.span).map { Int32($0) } ?? unknown(text)
            } catch let fault as UnknownCategoryFault {
                throw FeatureFault(row: row, fault.message(categories), hint: fault.hint)
            }
            places[Int(code)] = place
            return place
        }
    }
}

/// A category that was not there in training, where that is an error.
struct UnknownCategoryFault: Error {
    let text: ArraySlice<UInt8>
    let hint: String

    func message(_ categories: [ByteString]) -> String {
        let found = text.isEmpty ? "nothing" : "`\(DatasetError.excerpt(text))`"
        return "expected one of \(DatasetError.list(categories.map { "`\($0.text)`" })), found \(found)"
    }
}
