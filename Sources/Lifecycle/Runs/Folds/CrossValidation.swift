internal import Support

/// How a network is judged by folds: each is held out once, while another network learns from the rest.
package struct CrossValidation: Codable, Sendable {
    /// How many folds there are.
    package let folds: Int
    /// The folds that are finished, in their order.
    package let results: [FoldLine]
    /// The figures over all folds: `loss` of the held-out rows, `best_epoch`, and every metric that each fold has; `nil`
    /// before the last one is finished.
    package let statistics: [String: FoldStatistic]?

    /// Folds that are not all judged yet.
    init(folds: Int, underWay results: [FoldLine]) {
        self.folds = folds
        self.results = results
        statistics = nil
    }

    /// All folds, which have been judged.
    init(_ results: [FoldLine]) {
        folds = results.count
        self.results = results
        var statistics = [
            "loss": FoldStatistic(results.map(\.loss)),
            "best_epoch": FoldStatistic(results.map { Double($0.bestEpoch) }),
        ]
        for name in (results.first?.metrics ?? [:]).keys {
            let values = results.compactMap { $0.metrics?[name] }
            if values.count == results.count { statistics[name] = FoldStatistic(values) }
        }
        self.statistics = statistics
    }
}

/// What one fold has given.
package struct FoldLine: Codable, Sendable, Equatable {
    /// Counted from 1.
    package let fold: Int
    /// The rows that were held out.
    package let rows: Int
    /// The epochs that were trained.
    package let epochs: Int
    /// The best epoch, from 1 on: by what early stopping watches, else by the loss of the held-out rows.
    package let bestEpoch: Int
    /// The loss of the held-out rows with the weights that were kept.
    package let loss: Double
    /// The figures of the held-out rows; `nil` before the decision is known, which follows from all folds.
    package var metrics: [String: Double]?
}

/// A figure over the folds.
package struct FoldStatistic: Codable, Sendable, Equatable {
    package let mean: Double
    /// The standard deviation of a sample: squares divided by one less than there are.
    package let standardDeviation: Double

    /// The statistic of at least two values.
    package init(_ values: [Double]) {
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = (squares / Double(max(1, values.count - 1))).squareRoot()
    }
}

/// How the epochs of a model were found: `training/cross-validation.json` in its package.
struct CrossValidationDocument: JSONDocument {
    static let schema = Schema("cross-validation", 1)

    /// The epochs that the model itself was trained.
    let epochs: Int
    /// What each fold gave, without the figures, which stand in the record of the version.
    let folds: [FoldLine]

    init(epochs: Int, _ folds: [FoldLine]) {
        self.epochs = epochs
        self.folds = folds.map { line in
            var line = line
            line.metrics = nil
            return line
        }
    }
}
