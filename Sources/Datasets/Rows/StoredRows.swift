/// Raw rows that are gone through again and again: block after block, column by column.
package protocol StoredRows: AnyObject {
    var fields: [Field] { get }

    /// The number of rows.
    var count: Int { get }

    /// The rows of each block, as numbers from 0.
    var blockRanges: [Range<Int>] { get }

    /// A column of one block.
    func column(_ index: Int, ofBlock block: Int) throws -> RawColumn
}

extension StoredRows {
    /// A column of all blocks, in memory.
    package func column(_ index: Int) throws -> RawColumn {
        var whole = try column(index, ofBlock: 0)
        for block in blockRanges.indices.dropFirst() { whole.append(try column(index, ofBlock: block)) }
        return whole
    }

    /// All columns of one block.
    package func rows(ofBlock block: Int) throws -> RawRows {
        RawRows(
            count: blockRanges[block].count,
            columns: try fields.indices.map { try column($0, ofBlock: block) }
        )
    }

    /// The given rows, which ascend, by block and counted from its first; `nil` for a block of which all are given.
    func blocks(of rows: [Int]) -> [[Int]?] {
        var next = rows.startIndex
        return blockRanges.map { range in
            let start = next
            while next < rows.endIndex, rows[next] < range.upperBound { next += 1 }
            return next - start == range.count ? nil : rows[start..<next].map { $0 - range.lowerBound }
        }
    }
}
