internal import Datasets

/// A network and a training of a size that fits the table.
extension ProjectProposal {
    /// The numbers that the features make of a row.
    var inputs: Int { features.reduce(0) { $0 + $1.width } }

    private var outputs: Int { task == .classification ? classes.count : 1 }

    /// The units of the hidden layers: more where there are more rows to learn from.
    private var hiddenUnits: [Int] {
        switch table.rows {
        case ..<500: [16]
        case ..<5000: inputs < 8 ? [32] : [64]
        case ..<50_000: [64, 32]
        default: [128, 64]
        }
    }

    /// The lines below `network:`.
    var networkLines: [String] {
        var lines = hiddenUnits.map { "  - dense: {units: \($0), activation: relu}" }
        if task == .classification, table.rows < 5000 { lines.append("  - dropout: 0.1") }
        lines.append(
            task == .classification
                ? "  - dense: {units: \(outputs), activation: softmax}" : "  - dense: {units: \(outputs)}"
        )
        return lines
    }

    /// The rows of a batch.
    private var batchSize: Int {
        switch table.rows {
        case ..<500: 16
        case ..<20_000: 32
        case ..<100_000: 128
        default: 512
        }
    }

    /// The lines below `training:`.
    var trainingLines: [String] {
        var lines = [
            "  loss: \(task == .classification ? "sparse_categorical_crossentropy" : "mean_squared_error")",
            "  optimizer: {adam: {learning_rate: 0.001}}",
            "  epochs: \(table.rows < 100_000 ? 100 : 20)",
            "  batch_size: \(batchSize)",
            "  seed: 42",
        ]
        lines.append(
            "  early_stopping: {patience: \(table.rows < 100_000 ? 10 : 3), restore_best_weights: true}"
        )
        if task == .regression {
            lines.append("  standardize_target: true     # learned in units of its deviation, answered in its own")
        }
        return lines
    }

    /// What the model must reach: clearly more than chance, to be raised to what was reached once.
    var gate: (metric: String, threshold: Double, comment: String) {
        guard task == .classification else {
            return ("r2", 0.2, "a fifth of the variance; 0 is the mean of the target")
        }
        let share = Double(classes.first?.rows ?? 0) / Double(max(table.rows, 1))
        if isImbalanced {
            if classes.count == 2 {
                let chance = Double(positives) / Double(max(table.rows, 1))
                return ("average_precision", rounded(min(0.9, 2 * chance)), "chance gives \(rounded(chance))")
            }
            return ("balanced_accuracy", rounded(1.5 / Double(classes.count)), "chance gives 1/\(classes.count)")
        }
        return (
            "accuracy", rounded(share + (1 - share) * 0.2),
            "the most frequent class alone gives \(rounded(share))"
        )
    }

    /// The rows of the second of two classes, in the order in which a model has them: the one that the figures are about.
    private var positives: Int { classes.max { $0.value < $1.value }?.rows ?? 0 }

    private func rounded(_ share: Double) -> Double { (share * 100).rounded(.up) / 100 }
}
