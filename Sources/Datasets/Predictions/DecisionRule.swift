/// What a project asks of the decision for a class, or of the threshold of a score, before it is known what that takes.
package enum DecisionRule: Sendable, Hashable {
    /// A figure to make as large as it gets.
    package enum Goal: String, Codable, Sendable, CaseIterable {
        case f1, accuracy
        case balancedAccuracy = "balanced_accuracy"
        case matthewsCorrelation = "matthews_corrcoef"
    }

    /// The threshold that gives the largest value of a figure; `of` is the class that counts, else the second of two.
    case maximize(Goal, of: String?)
    /// The largest threshold that finds this share of the rows of a class.
    case minimumRecall(Double, of: String?)
    /// The smallest threshold at which this share of the rows that are said to be of a class belong to it.
    case minimumPrecision(Double, of: String?)
    case threshold(Double, of: String?)
    /// The costs of saying a class where another is right: `costs[right][said]`; what is not there costs nothing.
    case costs([String: [String: Double]])
    /// The score that this share of the normal rows stays at or below.
    case quantile(Double)

    /// The rule of an anomaly task that asks for none.
    package static let usualQuantile = DecisionRule.quantile(0.99)
}

extension DecisionRule: Codable {
    private enum CodingKeys: String, CodingKey {
        case maximize, minRecall, minPrecision, threshold, of, costs, quantile
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decodeIfPresent(String.self, forKey: .of)
        if let goal = try container.decodeIfPresent(Goal.self, forKey: .maximize) {
            self = .maximize(goal, of: name)
        } else if let share = try container.decodeIfPresent(Double.self, forKey: .minRecall) {
            self = .minimumRecall(share, of: name)
        } else if let share = try container.decodeIfPresent(Double.self, forKey: .minPrecision) {
            self = .minimumPrecision(share, of: name)
        } else if let threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) {
            self = .threshold(threshold, of: name)
        } else if let share = try container.decodeIfPresent(Double.self, forKey: .quantile) {
            self = .quantile(share)
        } else {
            self = .costs(try container.decode([String: [String: Double]].self, forKey: .costs))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .maximize(let goal, let name):
            try container.encode(goal, forKey: .maximize)
            try container.encodeIfPresent(name, forKey: .of)
        case .minimumRecall(let share, let name):
            try container.encode(share, forKey: .minRecall)
            try container.encodeIfPresent(name, forKey: .of)
        case .minimumPrecision(let share, let name):
            try container.encode(share, forKey: .minPrecision)
            try container.encodeIfPresent(name, forKey: .of)
        case .threshold(let threshold, let name):
            try container.encode(threshold, forKey: .threshold)
            try container.encodeIfPresent(name, forKey: .of)
        case .costs(let costs): try container.encode(costs, forKey: .costs)
        case .quantile(let share): try container.encode(share, forKey: .quantile)
        }
    }
}
