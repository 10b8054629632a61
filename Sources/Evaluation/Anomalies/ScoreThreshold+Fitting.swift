package import Datasets
internal import Support

extension ScoreThreshold {
    /// Chooses the threshold from the scores of normal rows that were not learned from.
    ///
    /// - Throws: ``EvaluationError`` when there are too few of them for the quantile.
    package init(quantile: Double, of scores: [Double]) throws(EvaluationError) {
        try ScoreThreshold.check(quantile, rows: scores.count)
        if let bad = scores.firstIndex(where: { !$0.isFinite }) {
            throw .unusable("row \(bad + 1): expected a score, found \(scores[bad])")
        }
        let place = ScoreThreshold.place(of: quantile, among: scores.count)
        self.init(score: scores.sorted()[place - 1], quantile: quantile, rows: scores.count)
    }

    /// Throws ``EvaluationError`` when so many normal rows are too few for a quantile, with the number that it takes.
    package static func check(_ quantile: Double, rows: Int) throws(EvaluationError) {
        let needed = neededRows(for: quantile)
        guard rows < needed else { return }
        throw EvaluationError(
            message: "the quantile \(quantile) takes at least \(needed) normal rows that are not learned from, "
                + "found \(rows)",
            kind: .failed,
            hints: ["keep more rows for the validation, or ask for less: decision: {quantile: 0.95}"]
        )
    }

    /// The share of new normal rows that will be above the threshold, on average and with 95 % confidence, as long as they
    /// are like those that it was chosen from.
    package var expectedFalseAlarms: (rate: Double, interval: Interval) {
        let above = BetaDistribution(a: rows + 1 - place, b: place)
        return (above.mean, Interval(lower: above.quantile(0.025), upper: above.quantile(0.975)))
    }
}
