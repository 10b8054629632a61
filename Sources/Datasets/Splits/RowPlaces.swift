/// What rows are dealt out by.
enum RowPlaces {
    /// The group of each row, as a number that counts within the source.
    case groups([Int32])
    case times([Double])
    /// So many rows that each stand for themselves.
    case rows(Int)

    /// - Throws: ``DatasetError`` for a row without a group or a time.
    init(_ grouping: Split.Grouping?, of labeled: LabeledSource, in source: DataSource) throws {
        let place = source.targetPlace.source
        switch (grouping, labeled.grouping) {
        case (.group?, let column?): self = .groups(try source.namingLines { try column.groups(place) })
        case (.time(_, let format)?, let column?):
            self = .times(try source.namingLines { try column.times(format, place) })
        default: self = .rows(labeled.rows.count)
        }
    }

    /// Of some of the rows.
    func selecting(_ rows: [Int]) -> RowPlaces {
        switch self {
        case .groups(let groups): .groups(rows.map { groups[$0] })
        case .times(let times): .times(rows.map { times[$0] })
        case .rows: .rows(rows.count)
        }
    }
}

extension Split {
    /// Deals out rows by what they have in common, else class by class, else by chance.
    func parts(by places: RowPlaces, _ targets: Targets, seed: UInt64) throws -> Parts {
        var (classes, count): ([Int32]?, Int) = (nil, 1)
        if case .classes(let labels, let number) = targets { (classes, count) = (labels, number) }
        switch places {
        case .groups(let groups): return try groupedParts(of: groups, classes: classes, count: count, seed: seed)
        case .times(let times): return try chronologicalParts(of: times)
        case .rows(let rows):
            guard let classes else { return try parts(of: rows, seed: seed) }
            return try stratifiedParts(of: classes, count: count, seed: seed)
        }
    }
}
