/// Rows as they stand in a source, before any feature is computed, kept by column.
package struct RawRows: Sendable, Equatable {
    /// The number of rows.
    package private(set) var count: Int
    package private(set) var columns: [RawColumn]

    /// Rows of the given columns, which must have the same length.
    package init(count: Int, columns: [RawColumn]) {
        precondition(columns.allSatisfy { $0.count == count }, "all columns have the same length")
        self.count = count
        self.columns = columns
    }

    /// The column of this name, if there is one.
    package func column(_ name: String) -> RawColumn? {
        columns.first { $0.field.name.utf8.elementsEqual(name.utf8) }
    }

    /// The first rows, at most `limit`.
    func prefix(_ limit: Int) -> RawRows {
        if count <= limit { return self }
        return RawRows(count: limit, columns: columns.map { $0.selecting(Array(0..<limit)) })
    }

    /// Adds the rows of `other`, which must have the same columns.
    package mutating func append(_ other: RawRows) {
        precondition(columns.map(\.field) == other.columns.map(\.field), "rows of the same columns are joined")
        for index in columns.indices { columns[index].append(other.columns[index]) }
        count += other.count
    }
}
