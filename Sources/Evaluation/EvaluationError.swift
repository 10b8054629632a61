package import Support

/// Predictions that cannot be judged, or a gate that makes no sense.
package struct EvaluationError: Failure, Hashable {
    /// What was expected and what was found.
    package let message: String
    package let kind: FailureKind
    package let hints: [String]

    package var description: String { message }

    /// A metric that nobody knows, with the nearest that somebody does.
    static func unknownMetric(_ name: String) -> Self {
        let known = Metric.all.map(\.name).joined(separator: ", ")
        return Self(message: "there is no metric `\(name)`", kind: .usage, hints: ["the metrics are: \(known)"])
    }

    /// A bound on the side that is reached by getting worse.
    static func wrongDirection(_ metric: Metric, found: String, expected: String) -> Self {
        Self(
            message: "a gate on \(metric.name) is `\(expected)`, found `\(found)`",
            kind: .usage,
            hints: ["\(metric.isHigherBetter ? "higher" : "lower") is better for \(metric.name)"]
        )
    }

    /// Predictions whose number or range does not fit the targets.
    static func unusable(_ message: String) -> Self { Self(message: message, kind: .failed, hints: []) }
}
