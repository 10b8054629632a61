/// Fits the chains of all columns together, so that the rows are gone through as few times as possible.
///
/// Each pass shows every column that is not ready to the step that learns next; steps before it are applied on the way.
struct PipelineFitter {
    private let store: any StoredRows
    /// The rows to learn from in each block; `nil` for all of them.
    private let rows: [[Int]?]
    private let source: String
    private let fields: [Field]
    private var columns: [ColumnFitter]

    /// Prepares to fit `description` to some rows of a store, whose first columns are those of `fields` or steps of them.
    init(
        _ description: FeatureDescription,
        to store: any StoredRows,
        fields: [Field],
        training: [[Int]?],
        source: String
    ) throws {
        self.store = store
        self.source = source
        rows = training
        self.fields = fields
        columns = try store.fields.prefix(fields.count).map { field in
            try ColumnFitter(field, description.steps(of: field.name), source: source)
        }
    }

    /// Goes through the rows until nothing is left to learn.
    mutating func fit() throws -> [FeaturePipeline.Column] {
        while columns.contains(where: { $0.isLearning }) {
            for (block, range) in store.blockRanges.enumerated() {
                if rows[block]?.isEmpty == true { continue }
                for index in columns.indices where columns[index].isLearning {
                    let column = try store.column(index, ofBlock: block)
                    try columns[index].observe(column, rows[block], firstRow: range.lowerBound, source)
                }
            }
            for index in columns.indices where columns[index].isLearning { try columns[index].endPass() }
        }
        return zip(fields, columns).map { FeaturePipeline.Column(field: $0, steps: $1.fitted) }
    }
}

/// Fits the chain of one column, step after step.
private struct ColumnFitter {
    let field: Field
    private(set) var fitted: [FittedTransform] = []
    private var waiting: ArraySlice<TransformDescription>
    private var fitter: (any TransformFitter)?
    private let source: String

    init(_ field: Field, _ steps: [TransformDescription], source: String) throws {
        self.field = field
        self.source = source
        waiting = steps[...]
        try advance()
    }

    var isLearning: Bool { fitter != nil }

    mutating func observe(_ column: RawColumn, _ rows: [Int]?, firstRow: Int, _ source: String) throws {
        for chunk in column.chunks(of: rows) {
            var block = FeatureBlock(column, rows: chunk)
            do {
                for step in fitted { try step.transform.apply(to: &block) }
                try fitter?.observe(block)
            } catch let fault as FeatureFault {
                let row = firstRow + (chunk?[fault.row] ?? fault.row) + 1
                throw DatasetError(.init(source, row: row, column: field.name), fault.message, hint: fault.hint)
            }
        }
    }

    mutating func endPass() throws {
        guard let isUnfinished = try fitter?.needsAnotherPass(), !isUnfinished, let fitter else { return }
        do {
            fitted.append(try fitter.finish())
        } catch let error as DatasetError where [.nothingToLearn, .tooLarge].contains(error) {
            throw DatasetError(.init(source, column: field.name), error.message, hint: error.hints.first)
        }
        try advance()
    }

    /// Takes over the steps that have nothing to learn, up to the next that has.
    private mutating func advance() throws {
        fitter = nil
        while let step = waiting.popFirst() {
            let width = fitted.reduce(field.valueNames) { $1.transform.names(of: $0) }.count
            // Once a step has made numbers of a text, they stay numbers.
            let kindNow: Field.Kind = waiting.contains { $0.input == .text } || step.input == .text ? .text : .number
            do {
                guard let fixed = try step.fixed(for: kindNow, of: field, width: width) else {
                    fitter = step.fitter(for: field, kind: kindNow, width: width)
                    return
                }
                fitted.append(fixed)
            } catch let fault as FeatureFault {
                throw DatasetError(.init("features", column: field.name), fault.message, hint: fault.hint)
            }
        }
    }
}

extension DatasetError {
    /// A column whose squares are no numbers any more.
    static let tooLarge = DatasetError(
        .init("features"),
        "the values of the training rows are too large to be squared",
        hint: "limit them, or take their logarithm, before: [clip: {max: 1e9}, standardize]"
    )

    /// A column of which every value is missing.
    static let nothingToLearn = DatasetError(
        .init("features"),
        "every value of the training rows is missing",
        hint: "ignore the column, or take: impute: {constant: 0}"
    )
}
