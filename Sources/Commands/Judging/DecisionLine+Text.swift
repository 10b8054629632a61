internal import Evaluation
internal import Lifecycle

extension DecisionLine {
    /// `"yes" is said from a probability of 0.31 on`.
    var text: String {
        if let threshold, let score {
            let rate = Wording.figure(score.falseAlarmRate)
            let range = "[\(Wording.figure(score.interval.lower))-\(Wording.figure(score.interval.upper))]"
            return
                "decision: an anomaly above a score of \(Wording.figure(threshold)), the \(score.quantile) quantile of "
                + "\(Wording.plural(score.rows, "normal row")) that \(score.rows == 1 ? "was" : "were") not learned from\n"
                + "expected false alarms: \(rate) \(range) of new normal rows"
        }
        guard let of, let threshold else { return "decision: the class that costs least on average" }
        return "decision: `\(of)` from a probability of \(Wording.figure(threshold)) on"
    }
}
