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

extension Targets {
    /// These targets, and others of the same kind behind them.
    fileprivate func joined(with other: Targets) -> Targets {
        switch (self, other) {
        case (.classes(let first, let count), .classes(let second, _)): .classes(first + second, count: count)
        case (.values(let first), .values(let second)):
            .values(
                Matrix(rows: first.rows + second.rows, columns: first.columns, values: first.values + second.values)
            )
        default: preconditionFailure("targets of one kind are joined")
        }
    }
}

/// Rows that a network learns from or is judged by: features already applied, targets beside them.
package struct Examples: Sendable, Equatable {
    /// One row of features per example.
    package let inputs: FeatureRows
    /// The shape of one row, such as `[28, 28]` for an image, whose product is the number of columns.
    package let inputShape: [Int]
    package let targets: Targets
    /// How much each row counts in training; `nil` where all count the same.
    package let weights: [Float]?

    package init(inputs: FeatureRows, inputShape: [Int], targets: Targets, weights: [Float]? = nil) {
        precondition(weights.map { $0.count == targets.rows } ?? true, "every row has a weight")
        precondition(inputs.count == targets.rows, "every row of inputs has a target")
        precondition(inputs.columns == inputShape.reduce(1, *), "the shape describes one row")
        self.inputs = inputs
        self.inputShape = inputShape
        self.targets = targets
        self.weights = weights
    }

    /// Examples whose features are a matrix.
    package init(inputs: Matrix, inputShape: [Int], targets: Targets, weights: [Float]? = nil) {
        self.init(inputs: FeatureRows(inputs), inputShape: inputShape, targets: targets, weights: weights)
    }

    /// The number of examples.
    package var rows: Int { inputs.count }

    /// These examples, and others of the same kind behind them.
    package func joined(with other: Examples) throws -> Examples {
        precondition(inputShape == other.inputShape, "examples of one shape are joined")
        return Examples(
            inputs: try inputs.joined(with: other.inputs),
            inputShape: inputShape,
            targets: targets.joined(with: other.targets),
            weights: weights == nil && other.weights == nil ? nil : allWeights + other.allWeights
        )
    }

    /// The weight of each row.
    private var allWeights: [Float] { weights ?? [Float](repeating: 1, count: rows) }

    /// The same rows with other targets.
    package func with(_ targets: Targets) -> Examples {
        Examples(inputs: inputs, inputShape: inputShape, targets: targets, weights: weights)
    }

    /// The given rows.
    package func selecting(_ chosen: [Int]) -> Examples {
        Examples(
            inputs: inputs.selecting(chosen),
            inputShape: inputShape,
            targets: targets.selecting(chosen),
            weights: weights.map { weights in chosen.map { weights[$0] } }
        )
    }
}
