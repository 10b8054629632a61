/// Raw rows with the raw target of each.
package struct LabeledRows: Sendable, Equatable {
    package let rows: RawRows
    package let targets: RawTargets
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
