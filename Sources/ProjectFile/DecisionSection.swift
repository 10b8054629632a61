internal import Support

/// How probabilities are to become a class, or scores an anomaly.
package struct DecisionSection: Sendable {
    /// What is asked for.
    package enum Rule: Sendable {
        /// A figure to make as large as it gets.
        case maximize(String)
        case minRecall(Double)
        case minPrecision(Double)
        case threshold(Double)
        /// What it costs to say a class where another is right.
        case costs([String: [String: Double]])
        /// The share of the normal rows that is to stay at or below the threshold of the score.
        case quantile(Double)
    }

    package let rule: Rule
    /// The class that it is about; `nil` for the second of two.
    package let of: String?
    package let node: ProjectNode

    init(_ node: ProjectNode) throws(ProjectError) {
        self.node = node
        let (word, options) = try node.wordWithOptions()
        guard let options else {
            throw node.error("`decision`: `\(word)` needs a value", hints: ["for example: decision: {maximize: f1}"])
        }
        var name: String?
        switch word {
        case "maximize":
            guard case .mapping = options.content else {
                rule = .maximize(try options.string())
                break
            }
            var section = try options.section()
            rule = .maximize(try section.required("metric").string())
            name = try section.optional("of")?.string()
            try section.finish()
        case "min_recall": rule = .minRecall(try DecisionSection.share(options, "at_least", &name))
        case "min_precision": rule = .minPrecision(try DecisionSection.share(options, "at_least", &name))
        case "threshold": rule = .threshold(try DecisionSection.share(options, "at", &name))
        case "costs": rule = .costs(try DecisionSection.costs(options))
        case "quantile": rule = .quantile(try options.number(in: 0.5...0.999999))
        default:
            let words = ["maximize", "min_recall", "min_precision", "threshold", "costs", "quantile"]
            throw node.error(
                "`decision`: unknown key `\(word)`",
                hints: [
                    NearestWord.find(word, in: words).map { "did you mean `\($0)`?" }
                        ?? "the keys are: \(words.joined(separator: ", "))"
                ]
            )
        }
        of = name
    }

    /// A share alone, or with the class that it is about: `0.95`, or `{of: "yes", at_least: 0.95}`.
    private static func share(
        _ node: ProjectNode,
        _ key: String,
        _ name: inout String?
    ) throws(ProjectError) -> Double {
        guard case .mapping = node.content else { return try node.number(in: 0...1) }
        var section = try node.section()
        let share = try section.required(key).number(in: 0...1)
        name = try section.optional("of")?.string()
        try section.finish()
        return share
    }

    /// `{"no": {"yes": 1}, "yes": {"no": 20}}`: the right class, then what is said.
    private static func costs(_ node: ProjectNode) throws(ProjectError) -> [String: [String: Double]] {
        var section = try node.section()
        var costs: [String: [String: Double]] = [:]
        for (right, value) in section.all() {
            var row = try value.section()
            for (said, cost) in row.all() { costs[right, default: [:]][said] = try cost.number(in: -1e12...1e12) }
        }
        return costs
    }
}
