internal import Lifecycle

extension CrossValidation {
    /// `over the folds, mean (standard deviation): accuracy 0.9312 (0.0214), loss 0.2143 (0.0301), best_epoch 14.2 (3.1)`.
    ///
    /// Nothing before all folds are judged.
    func statistics(main: String?) -> [String] {
        guard let statistics else { return [] }
        func text(_ name: String, _ shown: (Double) -> String) -> String? {
            statistics[name].map { "\(name) \(shown($0.mean)) (\(shown($0.standardDeviation)))" }
        }
        let figures =
            [main, "loss"].compactMap { $0 }.compactMap { text($0, Wording.figure) }
            + [text("best_epoch") { Wording.decimals($0, 1) }].compactMap { $0 }
        return Wording.list(figures, behind: "over the folds, mean (standard deviation):")
    }

    /// A line for each fold that is finished, below a header.
    func table(main: String?) -> [String] {
        guard !results.isEmpty else { return [] }
        let main = statistics == nil ? nil : main
        var table = Table(
            ["FOLD", "ROWS", "EPOCHS", "BEST", "VAL_LOSS"] + (main.map { [$0.uppercased()] } ?? []),
            rightAligned: [0, 1, 2, 3, 4, 5]
        )
        for line in results {
            let counts = [line.fold, line.rows, line.epochs, line.bestEpoch].map { Wording.count($0) }
            let figures = [line.loss] + (main.flatMap { line.metrics?[$0] }.map { [$0] } ?? [])
            table.add(counts + figures.map { Wording.figure($0) })
        }
        return table.text.split(separator: "\n").map(String.init)
    }
}
