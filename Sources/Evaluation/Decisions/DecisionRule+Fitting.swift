package import Datasets

extension DecisionRule {
    /// The decision that the rule comes to on rows whose class is known, which should not be those that were learned from.
    ///
    /// `outputs` holds one number per class and row, or the score of each row.
    ///
    /// - Throws: ``EvaluationError`` for a class that there is not, or that no row belongs to.
    package func fitted(labels: [Int32], outputs: Matrix, classes: ClassNames) throws -> Decision {
        let names = classes.names
        if case .quantile(let share) = self {
            guard classes.isOneClass else { throw EvaluationError.unusable("`quantile` is for an anomaly task") }
            let scores = zip(outputs.values, labels).compactMap { $1 == 0 ? Double($0) : nil }
            return try Decision(classes: names, rule: .score(ScoreThreshold(quantile: share, of: scores)))
        }
        guard !classes.isOneClass else {
            throw EvaluationError.unusable("the threshold of an anomaly task is a quantile of the scores")
        }
        if case .costs(let costs) = self {
            return try Decision(classes: names, rule: .costs(try matrix(costs, names)))
        }
        let index = try positiveClass(in: names)
        if case .threshold(let threshold, _) = self {
            return try Decision(classes: names, rule: .threshold(of: index, at: threshold))
        }
        let isPositive = labels.map { $0 == Int32(index) }
        guard isPositive.contains(true), isPositive.contains(false) else {
            throw EvaluationError.unusable(
                "no threshold can be chosen: \(isPositive.contains(true) ? "every row" : "no row") that was kept from "
                    + "training is of the class `\(names[index])`"
            )
        }
        let isSingle = outputs.columns == 1 && names.count == 2
        let values = stride(from: isSingle ? 0 : index, to: outputs.values.count, by: outputs.columns).map { place in
            let value = Double(outputs.values[place])
            return isSingle && index == 0 ? 1 - value : value
        }
        let search = ThresholdSearch(probabilities: values, isPositive: isPositive)
        let threshold: Double? =
            switch self {
            case .maximize(let goal, _): search.maximizing(goal)
            case .minimumRecall(let share, _): search.threshold(recall: share)
            case .minimumPrecision(let share, _): search.threshold(precision: share)
            case .threshold, .costs, .quantile: nil
            }
        guard let threshold else {
            throw EvaluationError.unusable(
                "no threshold gives the precision of `\(names[index])` that `decision` asks for"
            )
        }
        return try Decision(classes: names, rule: .threshold(of: index, at: threshold))
    }

    /// The class that the rule is about.
    private var name: String? {
        switch self {
        case .maximize(_, let name), .minimumRecall(_, let name), .minimumPrecision(_, let name),
            .threshold(_, let name):
            name
        case .costs, .quantile: nil
        }
    }

    /// The place of the class that the rule is about: the named one, else the second of two.
    package func positiveClass(in names: [String]) throws(EvaluationError) -> Int {
        guard let name else {
            guard names.count == 2 else {
                throw .unusable("`decision` needs the class that counts, as `of`: there are \(names.count)")
            }
            return 1
        }
        guard let index = names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else {
            throw .unusable("`decision`: there is no class `\(name)`; the classes are \(names.joined(separator: ", "))")
        }
        return index
    }

    private func matrix(_ costs: [String: [String: Double]], _ names: [String]) throws(EvaluationError) -> [[Double]] {
        for name in costs.keys.sorted() + costs.values.flatMap(\.keys).sorted() where !names.contains(name) {
            throw .unusable("`decision`: there is no class `\(name)`; the classes are \(names.joined(separator: ", "))")
        }
        return names.map { right in names.map { said in costs[right]?[said] ?? 0 } }
    }
}
