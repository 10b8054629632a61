internal import Support

/// The raw rows of a source, kept to be gone through again and again: block after block, column by column.
///
/// Up to a limit they stay in memory; the blocks after that lie in a temporary file that has no name any more, so that
/// a table of any length needs the same memory and a killed process leaves nothing behind.
package final class RowStore: StoredRows {
    /// Rows of one block: few enough for a column of them to stay in the processor's cache.
    static let blockRows = 4096

    /// What tables may take in memory, in bytes; beyond it they would take more than the features made of them.
    package static let tableLimit = 30 << 20

    package let fields: [Field]
    /// The number of rows.
    package private(set) var count = 0
    private var blocks: [Block] = []
    private var bytes = 0
    private var spill: SpillFile?

    private struct Block {
        let rows: Range<Int>
        let content: Content
    }

    private enum Content {
        case memory([RawColumn])
        case file([SpillFile.Column])
    }

    /// Reads all rows that `reader` has left.
    ///
    /// What goes beyond `memoryLimit` bytes is written to a file without a name in `folder`.
    ///
    /// - Throws: ``DatasetError`` when there are no rows, and `SystemError` when the disk is full.
    package init(
        _ reader: any RowReader,
        memoryLimit: Int = .max,
        folder: String = ScratchMemory.usualFolder
    ) throws {
        fields = reader.fields
        while let rows = try reader.read(upTo: Self.blockRows) {
            try append(rows, memoryLimit: memoryLimit, folder: folder)
        }
        guard count > 0 else { throw DatasetError.noRows(reader.source) }
    }

    /// Takes over rows that are in memory already.
    package init(_ rows: RawRows) {
        fields = rows.columns.map(\.field)
        count = rows.count
        blocks = [Block(rows: 0..<rows.count, content: .memory(rows.columns))]
    }

    private func append(_ rows: RawRows, memoryLimit: Int, folder: String) throws {
        let range = count..<count + rows.count
        count += rows.count
        let size = rows.columns.reduce(0) { $0 + $1.size }
        guard bytes + size > memoryLimit else {
            bytes += size
            blocks.append(Block(rows: range, content: .memory(rows.columns)))
            return
        }
        let file = try spill ?? SpillFile(in: folder)
        spill = file
        blocks.append(Block(rows: range, content: .file(try rows.columns.map { try file.write($0) })))
    }

    /// The rows of each block, as numbers from 0.
    package var blockRanges: [Range<Int>] { blocks.map(\.rows) }

    /// A column of one block.
    package func column(_ index: Int, ofBlock block: Int) throws -> RawColumn {
        switch blocks[block].content {
        case .memory(let columns): return columns[index]
        case .file(let columns):
            guard let spill else { preconditionFailure("a block that was written has a file") }
            return try spill.read(columns[index])
        }
    }

}

extension RawColumn {
    /// About what the values take in memory, in bytes.
    fileprivate var size: Int {
        switch values {
        case .bytes(let values): values.count
        case .floats(let values): values.count * 4
        case .doubles(let values): values.count * 8
        case .text(let column): column.count * 4 + column.storage.bytes.count + column.storage.ends.count * 8
        }
    }
}
