/// The rows of a source, with the target of each and what it is dealt out by.
struct LabeledSource {
    /// The raw rows; what features are made of comes first, other columns may follow.
    let rows: any StoredRows
    /// The number of columns that features are made of.
    let fields: Int
    let targets: RawTargets
    /// The column that groups the rows, or gives their order in time.
    let grouping: RawColumn?
    /// How much each row counts in training; `nil` where all count the same.
    var weights: [Float]?
    /// Whether the source says what each row is; only an anomaly task can do without.
    var isLabeled = true
    /// Of an anomaly task some of the labels that are not the normal class.
    var otherLabels: [String] = []

    /// The rows, where they are windows of a table.
    var windows: WindowedRows? { rows as? WindowedRows }

    /// Shows the given rows, which ascend, with the columns that features are made of, block after block.
    ///
    /// Of windows the rows of the table are shown, each once.
    func show(_ chosen: [Int], to observe: (RawRows) throws -> Void) throws {
        let (store, chosen): (any StoredRows, [Int]) =
            windows.map { ($0.steps, $0.places(of: chosen)) } ?? (rows, chosen)
        for (block, indices) in store.blocks(of: chosen).enumerated() where indices?.isEmpty != true {
            try observe(rows(of: store, block: block, chosen: indices))
        }
    }

    /// Some rows of a block, or all, with the columns that features are made of.
    func rows(ofBlock block: Int, chosen: [Int]?) throws -> RawRows {
        try rows(of: rows, block: block, chosen: chosen)
    }

    private func rows(of store: any StoredRows, block: Int, chosen: [Int]?) throws -> RawRows {
        let columns = try (0..<fields).map { index in
            let column = try store.column(index, ofBlock: block)
            return chosen.map { column.selecting($0) } ?? column
        }
        return RawRows(count: chosen?.count ?? store.blockRanges[block].count, columns: columns)
    }
}

/// Targets as they stand in a source, before classes are numbered.
package enum RawTargets: Sendable, Equatable {
    /// The name of a class per row.
    case text(TextColumn)
    /// The number of a class per row.
    case integers([Int])
    /// `width` numbers per row.
    case numbers([Double], width: Int)

    /// The number of rows.
    package var count: Int {
        switch self {
        case .text(let column): column.count
        case .integers(let values): values.count
        case .numbers(let values, let width): values.count / max(width, 1)
        }
    }
}
