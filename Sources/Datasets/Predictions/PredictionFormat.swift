/// How predictions are written.
package enum PredictionFormat: String, Codable, Sendable, CaseIterable {
    /// A table: `y_pred`, and for classes `p_<class>` for each.
    case csv
    /// A line of JSON per row.
    case jsonl
    /// One JSON document, with the rows in `predictions`.
    case json
    /// The numbers that the model gives, as an array of 32-bit floats.
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
}
