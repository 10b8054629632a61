/// The windows of a table as rows: each column holds as many values per row as a window has rows.
///
/// The table itself is kept once, in the order of its series; a window is a place in it.
final class WindowedRows: StoredRows {
    let fields: [Field]
    /// The rows of the table, in the order of its series.
    let steps: RowStore
    let order: SeriesOrder
    let window: Window
    /// The place of each window's first row among ``steps``, in ascending order.
    let starts: [Int]
    let blockRanges: [Range<Int>]

    /// Values of one column in a block.
    private static let blockValues = 1 << 18

    init(_ steps: RowStore, fields: Int, order: SeriesOrder, window: Window, starts: [Int]) {
        self.steps = steps
        self.order = order
        self.window = window
        self.starts = starts
        self.fields = steps.fields.prefix(fields).map { $0.over(window) }
        let size = max(1, min(RowStore.blockRows, Self.blockValues / window.length))
        blockRanges = stride(from: 0, to: starts.count, by: size).map { $0..<min($0 + size, starts.count) }
    }

    /// The number of windows.
    var count: Int { starts.count }

    func column(_ index: Int, ofBlock block: Int) throws -> RawColumn {
        let chosen = starts[blockRanges[block]]
        guard let first = chosen.first, let last = chosen.last else { preconditionFailure("a block has rows") }
        let column = try steps.column(index, from: first, to: last + window.length)
        let places = chosen.flatMap { start in start - first..<start - first + window.length }
        return RawColumn(fields[index], column.selecting(places).values)
    }

    /// The row of the table, from 0, in which each window ends.
    var lastRows: [Int] { starts.map { order.rows[$0 + window.length - 1] } }

    /// The row of the table, from 0, in which the target of each window stands.
    var targetRows: [Int] { starts.map { order.rows[$0 + window.length - 1 + window.horizon] } }

    /// The places among ``steps`` that the given windows, which ascend, cover.
    func places(of windows: [Int]) -> [Int] {
        var places: [Int] = []
        var next = 0
        for index in windows {
            let end = starts[index] + window.length
            places += max(next, starts[index])..<end
            next = end
        }
        return places
    }

    /// Names the row of the table in an error that names a place among ``steps``.
    func namingRows<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatasetError {
            guard let place = error.place.row, order.rows.indices.contains(place - 1) else { throw error }
            throw error.at(row: order.rows[place - 1] + 1)
        }
    }
}

extension WindowedRows {
    /// Cuts windows out of a table, whose first `fields` columns features are made of.
    ///
    /// `targets` says which rows of the table have a target; only windows whose target is there are cut. `nil` for windows
    /// that need none.
    ///
    /// - Throws: ``DatasetError`` when no window fits.
    convenience init(
        _ table: RowStore,
        fields: Int,
        window: Window,
        _ marks: SeriesMarks,
        targets: [Bool]?
    ) throws {
        let ahead = targets == nil ? 0 : window.horizon
        let series = try SeriesOrder(
            count: table.count,
            groups: marks.groups,
            times: marks.times,
            place: marks.place
        )
        let window = try window.withGap(series.usualStep.map { $0 * 1.5 })
        let order = window.gap.map { series.cut(atStepsOver: $0) } ?? series
        let all = order.starts(of: window, ahead: ahead)
        guard !all.isEmpty else { throw Self.noWindow(window, ahead: ahead, order, marks.place.source) }
        let starts = all.filter { targets?[order.rows[$0 + window.length - 1 + ahead]] ?? true }
        guard !starts.isEmpty else {
            throw DatasetError(
                .init(marks.place.source),
                "none of the \(all.count) windows has a target: the column is empty in all of their rows"
            )
        }
        self.init(
            order.isAsRead ? table : try table.ordered(order.rows),
            fields: fields,
            order: order,
            window: window,
            starts: starts
        )
    }

    private static func noWindow(_ window: Window, ahead: Int, _ order: SeriesOrder, _ source: String) -> DatasetError {
        let longest = order.runs.map(\.count).max() ?? 0
        let rows = "\(window.length) rows" + (ahead > 0 ? " and \(ahead) ahead" : "")
        let gaps = Set(order.series).count < order.runs.count
        return DatasetError(
            .init(source),
            "no window of \(rows) fits: the longest series\(gaps ? " without a gap" : "") has \(longest) rows",
            hint: gaps
                ? "give a smaller length, or a larger gap: a step of more than \(window.gap ?? 0) in `\(window.time?.column ?? "")` is one now"
                : "give a smaller length, or more rows"
        )
    }
}

/// What the rows of a table are ordered by.
struct SeriesMarks {
    /// The number of each row's series; `nil` where there is one.
    let groups: [Int32]?
    let times: [Double]?
    /// Where the table stands, for messages.
    let place: DatasetError.Place

    /// - Throws: ``DatasetError`` for a row without a series or a time.
    init(of window: Window, in rows: RowStore, _ columns: SelectedColumns, source: String) throws {
        func column(_ name: String?) throws -> RawColumn? {
            try name.flatMap(columns.place).map { try rows.column($0) }
        }
        groups = try column(window.group)?.groups(source)
        times = try window.time.flatMap { time in try column(time.column)?.times(time.format, source) }
        place = .init(source, column: window.time?.column)
    }
}

extension RowStore {
    /// Some rows of a column that follow each other, in memory.
    func column(_ index: Int, from start: Int, to end: Int) throws -> RawColumn {
        var result: RawColumn?
        for (block, range) in blockRanges.enumerated() where range.overlaps(start..<end) {
            let part = range.clamped(to: start..<end)
            var piece = try column(index, ofBlock: block)
            if part != range { piece = piece.selecting(part.map { $0 - range.lowerBound }) }
            if result == nil { result = piece } else { result?.append(piece) }
        }
        guard let result else { preconditionFailure("the rows are in the store") }
        return result
    }

    /// The same rows in another order; all of them are in memory for it.
    func ordered(_ order: [Int]) throws -> RowStore {
        let columns = try fields.indices.map { try column($0) }
        return try RowStore(HeldRows(columns, rows: order, source: "rows"), memoryLimit: RowStore.tableLimit)
    }
}
