package import Datasets
internal import Support

/// A model so simple that a better one must beat it, or is not worth its while.
package struct Baseline: Sendable {
    private enum Model: Sendable {
        case constant([Float])
        case linear(LinearModel)
        /// The mean square of the standardized features.
        case distance(Scaling)
    }

    /// What it is, for a report: `majority class`, `mean`, `linear model`, `distance to the mean`.
    package let name: String
    /// The rows that it was fitted on; fewer than there are when all would have taken too long.
    package let rows: Int
    private let model: Model

    /// Gives every row the mean target, or each class the share of rows that it has.
    package static func trivial(_ training: Examples) -> Baseline { trivial(training.targets) }

    /// Gives every row the mean target, or each class the share of rows that it has.
    package static func trivial(_ training: Targets) -> Baseline {
        switch training {
        case .classes(let labels, let count):
            var counts = [Double](repeating: 0, count: count)
            for label in labels { counts[Int(label)] += 1 }
            let shares = counts.map { Float($0 / Double(labels.count)) }
            return Baseline(name: "majority class", rows: training.rows, model: .constant(shares))
        case .values(let targets):
            var sums = [Double](repeating: 0, count: targets.columns)
            for (index, value) in targets.values.enumerated() { sums[index % targets.columns] += Double(value) }
            let means = sums.map { Float($0 / Double(targets.rows)) }
            return Baseline(name: "mean", rows: training.rows, model: .constant(means))
        }
    }

    /// Fits a linear model: multinomial logistic regression, or ridge regression.
    ///
    /// Both penalize weights of standardized inputs by half their square, as scikit-learn's defaults do. When the work
    /// would take more than about a second, rows are drawn by `seed`.
    package static func linear(_ training: Examples, seed: UInt64) -> Baseline {
        let outputs =
            switch training.targets {
            case .classes(_, let count): count
            case .values(let targets): targets.columns
            }
        let affordable = max(1000, 60_000_000 / (max(training.inputs.columns, 1) * outputs))
        var rows = Array(0..<training.rows)
        if rows.count > affordable {
            let order = CounterRandom(seed: seed, stream: 0x4241_5345).permutation(rows.count)
            rows = order.prefix(affordable).map { Int($0) }.sorted()
        }
        return Baseline(name: "linear model", rows: rows.count, model: .linear(LinearModel(training, rows: rows)))
    }

    /// Gives every row the mean square of its features, each in deviations from its mean: what is left of an autoencoder
    /// that always gives back the mean row.
    package static func distance(_ training: Examples) -> Baseline {
        let rows = Array(0..<training.rows)
        return Baseline(
            name: "distance to the mean",
            rows: rows.count,
            model: .distance(Scaling(training.inputs, rows: rows))
        )
    }

    /// The outputs for each row of `inputs`, likewise.
    package func outputs(for inputs: Matrix) -> Matrix { outputs(for: FeatureRows(inputs)) }

    /// The outputs for each row of `inputs`: probabilities of the classes, or numbers.
    package func outputs(for inputs: FeatureRows) -> Matrix {
        switch model {
        case .constant(let row):
            Matrix(
                rows: inputs.count,
                columns: row.count,
                values: (0..<inputs.count).flatMap { _ in row }
            )
        case .linear(let model): model.outputs(for: inputs)
        case .distance(let scaling):
            Matrix(rows: inputs.count, columns: 1, values: scaling.squaredDistances(of: inputs))
        }
    }
}
