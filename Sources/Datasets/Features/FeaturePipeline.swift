package import Support

/// Everything that turns raw rows into the inputs of a model, fitted on the training rows.
///
/// It travels with the model as `features.json`, so that raw rows go in everywhere.
package struct FeaturePipeline: JSONDocument, Hashable {
    package static let schema = Schema("features", 1)

    /// A raw column and the steps that its values go through.
    package struct Column: Sendable, Hashable {
        package let field: Field
        package let steps: [FittedTransform]
        /// The names of the features that the column becomes; indicators stand behind the others.
        package let names: [String]

        init(field: Field, steps: [FittedTransform]) {
            self.field = field
            self.steps = steps
            var names = Self.input(of: field, steps).valueNames
            var indicators: [String] = []
            for step in steps {
                indicators += step.transform.indicatorNames(of: names)
                names = step.transform.names(of: names)
            }
            self.names = names + indicators
        }

        /// The number of features that the column becomes; those of one row of a window, where that is a step.
        var width: Int { names.count }

        /// What the steps are put to: each row of a window by itself, unless one of them takes it as a whole.
        var input: Field { Self.input(of: field, steps) }

        private static func input(of field: Field, _ steps: [FittedTransform]) -> Field {
            steps.contains { type(of: $0.transform).takesWholeRow } ? field : field.step
        }
    }

    /// The raw columns, in the order of their features.
    package let columns: [Column]
    /// The column that the model predicts; it may stand in a table of rows to predict, and is not read.
    package let target: String?
    /// The columns that may stand in a table and are not read.
    package let ignored: [String]
    /// How the tables were written that the model learned from; `nil` for other sources, and for plain JSON lines.
    package let format: CSVFormat?

    /// What a raw row consists of.
    package var fields: [Field] { columns.map(\.field) }

    /// The names of the features, in the order of a model's inputs; those of one row of a window, for each of which there
    /// are as many.
    package var names: [String] { columns.flatMap(\.names) }

    /// The columns that something is put in where it is missing.
    package var imputedColumns: [String] {
        columns.filter { column in column.steps.contains { $0.name == Impute.key } }.flatMap(\.field.columnNames)
    }

    /// How windows are cut whose rows are features one by one, as recurrent layers take them; `nil` for other rows.
    package var sequence: Window? { columns.first { $0.input != $0.field }?.field.window }

    /// The column to predict, if there is one, and how the tables are written that the model learned from; `nil` for a model
    /// of arrays, pictures or recordings.
    package var table: (target: String?, format: CSVFormat?)? {
        target != nil || fields.allSatisfy(\.shape.isEmpty) ? (target, format) : nil
    }

    /// The shape of the features of one row: that of an image where the row is one, rows and features where it is a window,
    /// else their number.
    package var shape: [Int] {
        if let sequence { return [sequence.length, stepWidth] }
        if columns.count == 1, columns[0].field.shape.count > 1, columns[0].width == columns[0].field.width {
            return columns[0].field.shape
        }
        return [width]
    }

    /// The number of features.
    package var width: Int { (sequence?.length ?? 1) * stepWidth }

    /// The number of features of one row of a window; of a row that is none all of them.
    var stepWidth: Int { columns.reduce(0) { $0 + $1.width } }
}

extension FeaturePipeline {
    /// Takes a vector of so many numbers, and passes it on as it is.
    package static func plain(width: Int) -> FeaturePipeline {
        let field = Field(Field.inputs, .number, shape: [width])
        return FeaturePipeline(columns: [Column(field: field, steps: [])], target: nil, ignored: [], format: nil)
    }
}

extension FeaturePipeline.Column: Codable {
    private enum CodingKeys: String, CodingKey { case field, steps }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let field = try container.decode(Field.self, forKey: .field)
        let steps = try container.decode([FittedTransform].self, forKey: .steps)
        if let problem = Self.problem(field, steps) {
            throw DecodingError.dataCorruptedError(
                forKey: .steps,
                in: container,
                debugDescription: "column `\(field.name)`: \(problem)"
            )
        }
        self.init(field: field, steps: steps)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(field, forKey: .field)
        try container.encode(steps, forKey: .steps)
    }
}
