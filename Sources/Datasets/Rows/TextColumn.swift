/// The texts of a column: each different one once, and for every row the number of its text.
///
/// Texts are numbered in the order in which they first appear. A missing text is the empty one.
package struct TextColumn: Sendable {
    /// The number of the text in each row.
    package private(set) var codes: [Int32] = []
    private var table = ByteTable()

    package init() {}

    package init(_ texts: [String]) {
        for text in texts { append(Array(text.utf8).span) }
    }

    /// Takes over codes and the texts that they mean, all different.
    init(codes: [Int32], table: ByteTable) {
        self.codes = codes
        self.table = table
    }

    /// The number of rows.
    package var count: Int { codes.count }

    /// The number of different texts.
    package var distinctCount: Int { table.count }

    /// The numbers of the texts that stand in a row, from the lowest; a selection of rows may have left others behind.
    var occurring: [Int] {
        var occurs = [Bool](repeating: false, count: distinctCount)
        for code in codes { occurs[Int(code)] = true }
        return occurs.indices.filter { occurs[$0] }
    }

    /// The different texts, by their numbers.
    package var distinct: [ByteString] { table.keys }

    /// The bytes of the text that has a number.
    package func distinct(_ code: Int) -> ArraySlice<UInt8> { table[code] }

    /// The bytes of the text in a row.
    package subscript(row: Int) -> ArraySlice<UInt8> { table[Int(codes[row])] }

    /// The texts for ``RowStore``.
    var storage: (bytes: [UInt8], ends: [Int]) { table.storage }

    package mutating func append(_ text: Span<UInt8>) {
        codes.append(Int32(table.insert(text)))
    }

    package mutating func append(_ other: TextColumn) {
        let numbers = (0..<other.distinctCount).map { Int32(table.insert(other.table[$0].span)) }
        codes.reserveCapacity(codes.count + other.codes.count)
        for code in other.codes { codes.append(numbers[Int(code)]) }
    }

    /// The texts of the given rows; the numbers of the texts stay.
    func selecting(_ rows: [Int]) -> TextColumn {
        TextColumn(codes: rows.map { codes[$0] }, table: table)
    }

    /// Every text replaced by another.
    func mapping(_ replacement: (ArraySlice<UInt8>) -> ArraySlice<UInt8>) -> TextColumn {
        var result = TextColumn()
        let numbers = (0..<distinctCount).map { Int32(result.table.insert(replacement(table[$0]).span)) }
        result.codes = codes.map { numbers[Int($0)] }
        return result
    }
}

extension TextColumn: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        left.codes == right.codes && left.table.storage == right.table.storage
    }
}
