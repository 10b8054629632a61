/// What a model is to answer for each row.
package enum Targets: Sendable, Equatable {
    /// One class per row, as an index below `count`.
    case classes([Int32], count: Int)
    /// One or more numbers per row.
    case values(Matrix)

    /// The number of rows.
    package var rows: Int {
        switch self {
        case .classes(let labels, _): labels.count
        case .values(let matrix): matrix.rows
        }
    }
}

/// Rows that a network learns from or is judged by: features already applied, targets beside them.
package struct Examples: Sendable, Equatable {
    /// One row of features per example.
    package let inputs: Matrix
    /// The shape of one row, such as `[28, 28]` for an image, whose product is the number of columns.
    package let inputShape: [Int]
    package let targets: Targets

    package init(inputs: Matrix, inputShape: [Int], targets: Targets) {
        precondition(inputs.rows == targets.rows, "every row of inputs has a target")
        precondition(inputs.columns == inputShape.reduce(1, *), "the shape describes one row")
        self.inputs = inputs
        self.inputShape = inputShape
        self.targets = targets
    }

    /// The number of examples.
    package var rows: Int { inputs.rows }
}
