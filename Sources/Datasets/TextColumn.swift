/// The texts of a column, one after the other in one block of bytes.
package struct TextColumn: Sendable, Equatable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package init(_ texts: [String]) {
        for text in texts { append(Array(text.utf8)) }
    }

    package var count: Int { ends.count }

    /// The bytes of the text in a row.
    package subscript(row: Int) -> ArraySlice<UInt8> {
        bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]]
    }

    package mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
    }

    package mutating func append(_ other: TextColumn) {
        let start = bytes.count
        bytes += other.bytes
        ends += other.ends.map { $0 + start }
    }
}
