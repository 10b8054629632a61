/// Reads the windows of a table, or of recordings, that a model is to judge.
///
/// The table is read as a whole before the first window: its rows may stand in any order.
final class WindowReader: RowReader {
    let source: String
    let fields: [Field]
    /// The row of the table, from 0, in which each window ends.
    let origins: [Int]?
    /// The recording that each window is out of, and its first sample; `nil` for windows over a table.
    let labels: RawRows?
    private let table: (any TableReader)?
    private let windows: WindowedRows
    private var block = 0

    /// Reads what `fields`, which are windows of one kind, need of a table.
    ///
    /// - Throws: ``DatasetError`` when a column is missing, no window fits, or a row has no series or time.
    init(_ table: any TableReader, fields: [Field], window: Window) throws {
        self.fields = fields
        self.table = table
        source = table.source
        let selected = SelectedColumns(fields)
        try table.select(selected.fields)
        let rows = try RowStore(table, memoryLimit: RowStore.tableLimit)
        windows = try table.namingLines {
            let marks = try SeriesMarks(of: window, in: rows, selected, source: table.source)
            return try WindowedRows(rows, fields: fields.count, window: window, marks, targets: nil)
        }
        origins = windows.lastRows
        labels = nil
    }

    /// Reads recordings, whose channels are `fields`.
    ///
    /// - Throws: ``DatasetError`` for other channels, and when no window fits.
    init(recordings folder: ClassFolder, fields: [Field], window: Window) throws {
        self.fields = fields
        source = folder.path
        table = nil
        let windows = try WindowedRows(
            recordings: folder,
            fields: fields,
            window: window,
            memoryLimit: RowStore.tableLimit
        )
        self.windows = windows
        origins = nil
        let series = windows.seriesOfWindows
        let firsts = zip(windows.starts, series).map { start, file in start - windows.order.runs[file].lowerBound }
        labels = RawRows(
            count: series.count,
            columns: [
                RawColumn(Field("file", .text), .text(TextColumn(series.map(folder.name)))),
                RawColumn(Field("start", .text), .text(TextColumn(firsts.map(String.init)))),
            ]
        )
    }

    /// The next block; its size is that of the store, whatever `limit` is.
    func read(upTo limit: Int) throws -> RawRows? {
        guard block < windows.blockRanges.count else { return nil }
        defer { block += 1 }
        return try windows.rows(ofBlock: block)
    }

    func line(ofRow row: Int, step: Int?) -> Int? {
        table.flatMap { windows.line(ofWindow: row, step: step, in: $0) }
    }
}

extension WindowedRows {
    /// The line of a table on which a row of a window, both counted from 1, begins; that of its last one without a step.
    func line(ofWindow index: Int, step: Int?, in table: any TableReader) -> Int? {
        guard starts.indices.contains(index - 1) else { return nil }
        return table.line(ofRow: order.rows[starts[index - 1] + (step ?? window.length) - 1] + 1)
    }
}
