/// The rows of a source, with the target of each and what it is dealt out by.
struct LabeledSource {
    /// The raw rows; what features are made of comes first, other columns may follow.
    let rows: RowStore
    /// The number of columns that features are made of.
    let fields: Int
    let targets: RawTargets
    /// The column that groups the rows, or gives their order in time.
    let grouping: RawColumn?
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
