/// How predictions are written.
package enum PredictionFormat: String, Codable, Sendable, CaseIterable {
    /// A table: `y_pred`, and for classes `p_<class>` for each; of an anomaly task `score` and `anomaly`.
    case csv
    /// A line of JSON per row.
    case jsonl
    /// One JSON document, with the rows in `predictions`.
    case json
    /// The numbers that the model gives, as an array of 32-bit floats; of an anomaly task the score, and 1 or 0.
    case npy

    /// The format that the end of a file's name stands for.
    package init?(path: String) {
        guard let dot = path.lastIndex(of: "."), let format = Self(rawValue: String(path[path.index(after: dot)...]))
        else { return nil }
        self = format
    }
}

/// What a model's outputs mean.
package enum PredictionKind: Sendable, Hashable {
    /// One probability per class; with two classes it may be that of the second alone.
    case probabilities(ClassNames, decision: Decision? = nil)
    /// Numbers as they are.
    case values(count: Int)
    /// How far the row is from what is normal; the decision has the threshold.
    case scores(ClassNames, decision: Decision)

    /// What the numbers of an answer are called in tables and in cases of behaviour.
    package var outputNames: [String] {
        switch self {
        case .probabilities(let classes, _): classes.names.map { "p_\($0)" }
        case .values(let count): count == 1 ? ["y_pred"] : (0..<count).map { "y_pred_\($0)" }
        case .scores: ["score"]
        }
    }

    /// The threshold of scores; `nil` where there are none.
    var scoreThreshold: ScoreThreshold? {
        if case .scores(_, let decision) = self { decision.scoreThreshold } else { nil }
    }
}
