/// A table with features fitted to all of its rows, which are computed block after block, in memory that does not depend
/// on the number of rows.
package struct FittedTable {
    package let features: FeaturePipeline
    private let labeled: LabeledSource
    private let source: DataSource

    /// Reads the table, and fits.
    ///
    /// - Throws: ``DatasetError`` for whatever is wrong with it.
    package init(_ source: DataSource, features: FeatureDescription) throws {
        let fields = try features.fields(of: source)
        let labeled = try source.load(fields, task: .classification)
        self.features = try source.namingLines {
            try FeaturePipeline.fitted(
                DatasetDescription(task: .classification, train: source, features: features),
                to: labeled,
                training: nil
            )
        }
        self.labeled = labeled
        self.source = source
    }

    /// Computes the features of every row, one row of a matrix for each.
    package func forEachBlock(_ body: (Matrix) throws -> Void) throws {
        for (block, range) in labeled.rows.blockRanges.enumerated() {
            let columns = try features.columns.indices.map { try labeled.rows.column($0, ofBlock: block) }
            let rows = RawRows(count: range.count, columns: columns)
            let name = source.files.first ?? "rows"
            try body(source.namingLines { try features.transform(rows, source: name, firstRow: range.lowerBound) })
        }
    }
}
