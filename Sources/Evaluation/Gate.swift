/// The answer of a gate.
package enum Verdict: String, Codable, Sendable, CaseIterable {
    case pass, fail
    /// The value may lie on either side of the threshold, and the gate asks for certainty.
    case inconclusive
    /// There are too few rows, or the metric is not defined for them.
    case notEnoughData = "not_enough_data"
}

/// A rule that a metric must meet.
package struct Gate: Sendable, Hashable {
    /// The side of the threshold on which a value is good.
    package enum Bound: Sendable, Hashable {
        case atLeast(Double)
        case atMost(Double)

        package var threshold: Double {
            switch self {
            case .atLeast(let threshold), .atMost(let threshold): threshold
            }
        }

        /// The name in the project file.
        package var name: String {
            switch self {
            case .atLeast: "at_least"
            case .atMost: "at_most"
            }
        }

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atLeast(let threshold): value >= threshold
            case .atMost(let threshold): value <= threshold
            }
        }
    }

    package let metric: Metric
    package let bound: Bound
    /// Whether the whole 95 % interval must lie on the good side.
    package let needsCertainty: Bool
    /// The rows below which the gate gives no answer.
    package let minimumRows: Int

    /// A gate whose bound fits the metric.
    ///
    /// - Throws: ``EvaluationError`` for `at_most` where higher is better, and the reverse.
    package init(
        _ metric: Metric,
        _ bound: Bound,
        needsCertainty: Bool = false,
        minimumRows: Int = 1
    ) throws(EvaluationError) {
        let expected: Bound = metric.isHigherBetter ? .atLeast(0) : .atMost(0)
        guard bound.name == expected.name else {
            throw .wrongDirection(metric, found: bound.name, expected: expected.name)
        }
        guard bound.threshold.isFinite else { throw .unusable("the threshold of \(metric.name) is no number") }
        self.metric = metric
        self.bound = bound
        self.needsCertainty = needsCertainty
        self.minimumRows = minimumRows
    }

    /// What a gate says about an evaluation.
    package struct Result: Codable, Sendable, Hashable {
        package let gate: Gate
        package let value: Double?
        package let interval: Interval?
        package let verdict: Verdict
    }

    /// Judges an evaluation.
    package func result(for evaluation: Evaluation) -> Result {
        let value = evaluation.metrics[metric.name]
        let interval = evaluation.intervals[metric.name]
        return Result(
            gate: self,
            value: value,
            interval: interval,
            verdict: verdict(value, interval, rows: evaluation.rows)
        )
    }

    private func verdict(_ value: Double?, _ interval: Interval?, rows: Int) -> Verdict {
        guard let value, rows >= minimumRows else { return .notEnoughData }
        guard needsCertainty else { return bound.isMet(by: value) ? .pass : .fail }
        guard let interval else { return .inconclusive }
        let isGood = (bound.isMet(by: interval.lower), bound.isMet(by: interval.upper))
        return isGood == (true, true) ? .pass : isGood == (false, false) ? .fail : .inconclusive
    }
}

extension Gate: Codable {
    private enum CodingKeys: String, CodingKey { case metric, atLeast, atMost, needsCertainty, minimumRows }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let bound: Bound =
            if let threshold = try container.decodeIfPresent(Double.self, forKey: .atLeast) {
                .atLeast(threshold)
            } else {
                .atMost(try container.decode(Double.self, forKey: .atMost))
            }
        try self.init(
            container.decode(Metric.self, forKey: .metric),
            bound,
            needsCertainty: container.decodeIfPresent(Bool.self, forKey: .needsCertainty) ?? false,
            minimumRows: container.decodeIfPresent(Int.self, forKey: .minimumRows) ?? 1
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(metric, forKey: .metric)
        try container.encode(bound.threshold, forKey: bound.name == "at_least" ? .atLeast : .atMost)
        try container.encode(needsCertainty, forKey: .needsCertainty)
        try container.encode(minimumRows, forKey: .minimumRows)
    }
}
