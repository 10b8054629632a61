internal import Datasets

/// What makes a class of a model's probabilities, for reports.
package struct DecisionLine: Codable, Sendable {
    /// The class that is said from the threshold on; `nil` where costs decide.
    package let of: String?
    package let threshold: Double?

    init(_ decision: Decision) {
        switch decision.rule {
        case .threshold(let index, let threshold): (of, self.threshold) = (decision.classes[index], threshold)
        case .costs: (of, threshold) = (nil, nil)
        }
    }
}
