/// Columns of a table that are read beside the features and the target.
struct SideColumns {
    /// What the rows are dealt out by.
    var grouping: String?
    /// How much each row counts in training.
    var weights: String?
    /// How windows are cut; `nil` where rows are none.
    var window: Window?

    var names: [String] { [grouping, weights].compactMap { $0 } + (window?.columns ?? []) }

    /// Those that are features as well when they are said to be.
    var possibleFeatures: [String] { (grouping.map { [$0] } ?? []) + (window?.columns ?? []) }
}

extension SideColumns {
    /// Those that a description names.
    init(_ description: DatasetDescription) {
        self.init(
            grouping: description.split.grouping?.column,
            weights: description.sampleWeights,
            window: description.windows
        )
    }

    /// Those of them that a source has: rows that only judge need neither.
    func present(in source: DataSource) throws -> SideColumns {
        guard let header = try source.tableReader()?.header else { return SideColumns() }
        func present(_ name: String?) -> String? {
            name.flatMap { name in header.contains { $0.utf8.elementsEqual(name.utf8) } ? name : nil }
        }
        return SideColumns(grouping: present(grouping), weights: present(weights), window: window)
    }
}

extension RawColumn {
    /// The numbers as weights of rows.
    ///
    /// - Throws: ``DatasetError`` for a weight that is missing, below zero or infinite, and when all are zero.
    func weights(_ source: String) throws -> [Float] {
        let weights = numbers().map { Float($0) }
        if let bad = weights.firstIndex(where: { !($0 >= 0) || $0 == .infinity }) {
            let found = weights[bad].isNaN ? "nothing" : "\(weights[bad])"
            throw DatasetError(
                .init(source, row: bad + 1, column: field.name),
                "expected a weight of at least 0, found \(found)"
            )
        }
        guard weights.contains(where: { $0 > 0 }) else {
            throw DatasetError(
                .init(source, column: field.name),
                "all weights are zero: there is nothing to learn from"
            )
        }
        return weights
    }
}
