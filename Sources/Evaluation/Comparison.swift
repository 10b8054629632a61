package import Datasets

/// A model beside the one that it is to replace, judged on the same rows.
package struct Comparison: Codable, Sendable, Hashable {
    package let metric: String
    package let baseline: Double
    package let candidate: Double
    /// The 95 % interval of the difference, candidate minus baseline.
    package let difference: Interval?
    /// `fail` when the candidate is surely worse: its whole interval lies on the worse side of no difference.
    package let verdict: Verdict
    /// Whether the candidate is surely better: its whole interval lies on the better side of no difference.
    package let isBetter: Bool

    /// Compares two models by the right answers; `nil` when the metric is not defined for both.
    package init?(
        _ metric: Metric,
        baseline: (outputs: Matrix, decision: Decision?),
        candidate: (outputs: Matrix, decision: Decision?),
        targets: Targets,
        seed: UInt64 = 0
    ) throws(EvaluationError) {
        switch targets {
        case .classes(let labels, _) where baseline.decision?.scoreThreshold != nil:
            self.init(
                metric,
                try JudgedAnomalies(labels: labels, outputs: baseline.outputs, decision: baseline.decision),
                try JudgedAnomalies(labels: labels, outputs: candidate.outputs, decision: candidate.decision),
                seed
            )
        case .classes(let labels, let count):
            self.init(
                metric,
                try JudgedClassification(
                    labels: labels,
                    outputs: baseline.outputs,
                    classes: count,
                    decision: baseline.decision
                ),
                try JudgedClassification(
                    labels: labels,
                    outputs: candidate.outputs,
                    classes: count,
                    decision: candidate.decision
                ),
                seed
            )
        case .values(let values):
            self.init(
                metric,
                try JudgedRegression(targets: values, outputs: baseline.outputs),
                try JudgedRegression(targets: values, outputs: candidate.outputs),
                seed
            )
        }
    }

    private init?<Judged: JudgedPredictions>(_ metric: Metric, _ old: Judged, _ new: Judged, _ seed: UInt64) {
        guard let before = old.value(of: metric), let after = new.value(of: metric) else { return nil }
        self.metric = metric.name
        baseline = before
        candidate = after
        // Large tables have narrow intervals: fewer draws show where they lie.
        let resamples = old.rows > 20_000 ? 200 : 1000
        difference =
            before == after && old.rows > 1
            ? Interval(lower: 0, upper: 0)
            : Interval.bootstrapDifference(of: metric, from: old, to: new, resamples: resamples, seed: seed)
        guard let difference else {
            (verdict, isBetter) = (.notEnoughData, false)
            return
        }
        let isWorse = metric.isHigherBetter ? difference.upper < 0 : difference.lower > 0
        verdict = isWorse ? .fail : .pass
        isBetter = metric.isHigherBetter ? difference.lower > 0 : difference.upper < 0
    }
}
