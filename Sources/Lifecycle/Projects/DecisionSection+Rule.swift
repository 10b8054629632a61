internal import Datasets
internal import Evaluation
internal import ProjectFile
internal import Support

extension DecisionSection {
    /// The rule that the project file means; throws ``ProjectError`` with the line.
    func decision() throws -> DecisionRule {
        switch rule {
        case .maximize(let name):
            guard let goal = DecisionRule.Goal(rawValue: name) else {
                let goals = DecisionRule.Goal.allCases.map(\.rawValue)
                throw node.error(
                    "`decision`: `\(name)` is nothing to maximize",
                    hints: [
                        NearestWord.find(name, in: goals).map { "did you mean `\($0)`?" }
                            ?? "it can be: \(goals.joined(separator: ", "))"
                    ]
                )
            }
            return .maximize(goal, of: of)
        case .minRecall(let share): return .minimumRecall(share, of: of)
        case .minPrecision(let share): return .minimumPrecision(share, of: of)
        case .threshold(let threshold): return .threshold(threshold, of: of)
        case .costs(let costs): return .costs(costs)
        case .quantile(let share): return .quantile(share)
        }
    }

    /// Checks the rule against the classes; throws ``ProjectError`` with the line.
    func check(classes: ClassNames?, hasValidation: Bool) throws {
        guard let classes else { throw node.error("`decision` is for a classification") }
        let rule = try decision()
        if case .quantile = rule {
            guard classes.isOneClass else { throw node.error("`decision`: `quantile` is for `task: anomaly`") }
            return
        }
        guard !classes.isOneClass else {
            throw node.error(
                "`decision`: the threshold of an anomaly task is a quantile of the scores of normal rows",
                hints: ["for example: decision: {quantile: 0.99}"]
            )
        }
        do {
            if case .costs = rule {
                _ = try rule.fitted(
                    labels: [],
                    outputs: Matrix(rows: 0, columns: classes.names.count),
                    classes: classes
                )
            } else {
                _ = try rule.positiveClass(in: classes.names)
            }
        } catch let error as EvaluationError {
            throw node.error(error.message, hints: error.hints)
        }
        guard !hasValidation else { return }
        switch rule {
        case .threshold, .costs, .quantile: return
        case .maximize, .minimumRecall, .minimumPrecision:
            throw node.error(
                "`decision`: the threshold is chosen on validation rows, and there are none",
                hints: ["add to data: split: {validation: 0.2}"]
            )
        }
    }
}
