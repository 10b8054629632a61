/// Counts how often each text of a column occurs.
struct CategoryCounts {
    /// The most categories of a column; more are taken for an identifier.
    static let limit = 65_535

    private let column: String
    private var table = ByteTable()
    private var numbers: [Int] = []

    init(column: String) { self.column = column }

    /// The categories in the order in which they appear, each with the number of its rows.
    var counts: [(category: ByteString, count: Int)] {
        zip(table.keys, numbers).map { (category: $0, count: $1) }
    }

    /// - Throws: ``FeatureFault`` when there are more categories than a column of categories has.
    mutating func observe(_ texts: TextColumn) throws(FeatureFault) {
        var present = [Int](repeating: 0, count: texts.distinctCount)
        for code in texts.codes { present[Int(code)] += 1 }
        for (code, count) in present.enumerated() where count > 0 {
            let number = table.insert(texts.distinct(code).span)
            if number == numbers.count { numbers.append(0) }
            numbers[number] += count
        }
        guard table.count > Self.limit else { return }
        throw FeatureFault(
            row: texts.count - 1,
            "there are more than \(Self.limit) categories",
            hint: "is it an identifier? then ignore the column; or take: hash: 256"
        )
    }
}
