package import Support

/// Everything that turns raw rows into the inputs of a model, fitted on the training rows.
///
/// It travels with the model as `features.json`, so that raw rows go in everywhere.
package struct FeaturePipeline: JSONDocument, Hashable {
    package static let schema = Schema("features", 1)

    /// A raw column and the steps that its values go through.
    package struct Column: Codable, Sendable, Hashable {
        package let field: Field
        package let steps: [FittedTransform]
    }

    /// The raw columns, in the order of their features.
    package let columns: [Column]
    /// The column that the model predicts; it may stand in a table of rows to predict, and is not read.
    package let target: String?
    /// The columns that may stand in a table and are not read.
    package let ignored: [String]
    /// How the tables were written that the model learned from; `nil` for other sources.
    package let format: CSVFormat?

    /// What a raw row consists of.
    package var fields: [Field] { columns.map(\.field) }

    /// The names of the features, in the order of a model's inputs.
    package var names: [String] {
        columns.flatMap { column in
            column.steps.reduce(column.field.valueNames) { $1.transform.names(of: $0) }
        }
    }

    /// The shape of the features of one row: that of an image where the row is one, else their number.
    package var shape: [Int] {
        if columns.count == 1, columns[0].field.shape.count > 1, columns[0].width == columns[0].field.width {
            return columns[0].field.shape
        }
        return [width]
    }

    /// The number of features.
    package var width: Int { columns.reduce(0) { $0 + $1.width } }
}

extension FeaturePipeline.Column {
    /// The number of features that the column becomes.
    var width: Int { steps.reduce(field.width) { $1.width(of: $0) } }
}

extension FittedTransform {
    /// The number of values that come out for each row, given that of those that go in.
    func width(of input: Int) -> Int {
        if case .oneHot(let oneHot) = self { return oneHot.categories.count }
        return input
    }
}

extension FeaturePipeline {
    /// The rows per block of a chain: few enough for the processor's cache.
    private static let blockRows = 128

    /// Learns the steps of `description` from the given rows, and from no others.
    static func fitted(
        _ description: FeatureDescription,
        to rows: RawRows,
        training: [Int],
        source: DataSource
    ) throws -> FeaturePipeline {
        let columns = try rows.columns.map { column in
            var steps: [FittedTransform] = []
            var width = column.field.width
            for step in try description.steps(of: column.field.name) {
                var fitter = step.fitter(for: column.field, width: width)
                for start in stride(from: 0, to: training.count, by: 1024) {
                    var block = FeatureBlock(column, rows: training[start..<min(start + 1024, training.count)])
                    for earlier in steps { earlier.transform.apply(to: &block) }
                    try fitter.observe(block)
                }
                steps.append(try fitter.finish())
                width = steps.last?.width(of: width) ?? width
            }
            return Column(field: column.field, steps: steps)
        }
        var (target, format): (String?, CSVFormat?)
        if case .csv(_, let tableFormat, let tableTarget) = source { (target, format) = (tableTarget, tableFormat) }
        return FeaturePipeline(columns: columns, target: target, ignored: description.ignored, format: format)
    }

    /// The features of raw rows: one row of the matrix for each.
    ///
    /// The rows must have the pipeline's fields, in its order. Given `indices`, only these rows are taken, in that
    /// order. For the message of an error, `source` names where the rows come from, and `firstRow` is the number of
    /// rows before these.
    ///
    /// - Throws: ``DatasetError`` for a feature that is too large for a `Float`.
    package func transform(
        _ rows: RawRows,
        indices: [Int]? = nil,
        source: String = "rows",
        firstRow: Int = 0
    ) throws -> Matrix {
        precondition(rows.columns.map(\.field) == fields, "rows have the fields of the pipeline")
        let indices = indices ?? Array(0..<rows.count)
        var matrix = Matrix(rows: indices.count, columns: width)
        var offset = 0
        for (column, raw) in zip(columns, rows.columns) {
            let width = column.width
            for start in stride(from: 0, to: indices.count, by: Self.blockRows) {
                let chosen = indices[start..<min(start + Self.blockRows, indices.count)]
                var block = FeatureBlock(raw, rows: chosen)
                for step in column.steps { step.transform.apply(to: &block) }
                if let bad = matrix.store(block.numbers, width: width, row: start, column: offset) {
                    throw DatasetError(
                        .init(source, row: firstRow + chosen[chosen.startIndex + bad] + 1, column: raw.field.name),
                        "the feature is too large for a 32-bit number",
                        hint: "correct the value, or scale the column"
                    )
                }
            }
            offset += width
        }
        return matrix
    }
}

extension Matrix {
    /// Rounds a block of numbers into the matrix, and returns the first of its rows with one that is not finite.
    fileprivate mutating func store(_ numbers: [Double], width: Int, row: Int, column: Int) -> Int? {
        let columns = columns
        var bad: Int?
        var source = 0
        var start = row * columns + column
        var target = values.mutableSpan
        while source < numbers.count {
            // A number that is not finite, times zero, is not zero.
            var sum: Float = 0
            for index in 0..<width {
                let value = Float(numbers[source + index])
                sum += value * 0
                target[start + index] = value
            }
            if sum != 0, bad == nil { bad = source / width }
            source += width
            start += columns
        }
        return bad
    }
}
