internal import Lifecycle

extension DecisionLine {
    /// `"yes" is said from a probability of 0.31 on`.
    var text: String {
        guard let of, let threshold else { return "decision: the class that costs least on average" }
        return "decision: `\(of)` from a probability of \(Wording.figure(threshold)) on"
    }
}
