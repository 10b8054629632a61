internal import Evaluation
internal import Lifecycle

extension GateLine {
    /// `gate accuracy 0.8827 >= 0.86  pass`.
    var text: String {
        let sign = bound == "at_least" ? ">=" : "<="
        let value = value.map(Wording.figure) ?? "not defined"
        let answer =
            switch verdict {
            case .pass: "pass"
            case .fail: "FAIL"
            case .inconclusive: "INCONCLUSIVE"
            case .notEnoughData: "NOT ENOUGH DATA"
            }
        return "gate \(metric) \(value) \(sign) \(threshold)  \(answer)"
    }
}
