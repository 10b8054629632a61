/// Reads the windows of a table that a model is to judge.
///
/// The table is read as a whole before the first window: its rows may stand in any order.
final class WindowReader: RowReader {
    let source: String
    let fields: [Field]
    /// The row of the table, from 0, in which each window ends.
    let origins: [Int]?
    private let table: any TableReader
    private let windows: WindowedRows
    private var block = 0

    /// Reads what `fields`, which are windows of one kind, need of a table.
    ///
    /// - Throws: ``DatasetError`` when a column is missing, no window fits, or a row has no series or time.
    init(_ table: any TableReader, fields: [Field], window: Window) throws {
        self.fields = fields
        self.table = table
        source = table.source
        var selected = fields.map(\.step)
        func place(of name: String?) -> Int? {
            guard let name else { return nil }
            if let place = selected.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return place }
            selected.append(Field(name, .text))
            return selected.count - 1
        }
        let (series, time) = (place(of: window.group), place(of: window.time?.column))
        try table.select(selected)
        let rows = try RowStore(table, memoryLimit: RowStore.tableLimit)
        windows = try table.namingLines {
            let marks = try SeriesMarks(
                groups: series.map { try rows.column($0) },
                times: time.map { try rows.column($0) },
                of: window,
                source: table.source
            )
            return try WindowedRows(rows, fields: fields.count, window: window, marks, targets: nil)
        }
        origins = windows.lastRows
    }

    /// The next block; its size is that of the store, whatever `limit` is.
    func read(upTo limit: Int) throws -> RawRows? {
        guard block < windows.blockRanges.count else { return nil }
        defer { block += 1 }
        return try windows.rows(ofBlock: block)
    }

    func line(ofRow row: Int, step: Int?) -> Int? { windows.line(ofWindow: row, step: step, in: table) }
}

extension WindowedRows {
    /// The line of a table on which a row of a window, both counted from 1, begins; that of its last one without a step.
    func line(ofWindow index: Int, step: Int?, in table: any TableReader) -> Int? {
        guard starts.indices.contains(index - 1) else { return nil }
        return table.line(ofRow: order.rows[starts[index - 1] + (step ?? window.length) - 1] + 1)
    }
}
