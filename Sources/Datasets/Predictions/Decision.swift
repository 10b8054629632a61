package import Support

/// How probabilities, or the score of an anomaly, become a class: `decision.json` in a package.
///
/// A classification without one gives the most probable class.
package struct Decision: JSONDocument, Hashable {
    package static let schema = Schema("decision", 1)

    /// What is compared.
    package enum Rule: Sendable, Hashable {
        /// The class, when its probability is at least the threshold; else the most probable of the others.
        case threshold(of: Int, at: Double)
        /// The class that costs least on average: `costs[right][said]`, both in the order of the classes.
        case costs([[Double]])
        /// The second of two classes, which is what is not normal, when the score is above a threshold; else the first.
        case score(ScoreThreshold)
    }

    package let classes: [String]
    package let rule: Rule

    /// A rule for the given classes.
    ///
    /// - Throws: ``DatasetError`` when it does not fit them.
    package init(classes: [String], rule: Rule) throws {
        let count = classes.count
        switch rule {
        case .threshold(let index, let threshold):
            guard classes.indices.contains(index), threshold.isFinite else {
                throw DatasetError(
                    .init("decision"),
                    "expected a threshold for one of \(count) classes",
                    kind: .integrity
                )
            }
        case .costs(let costs):
            guard costs.count == count, costs.allSatisfy({ $0.count == count && $0.allSatisfy(\.isFinite) }) else {
                throw DatasetError(.init("decision"), "expected \(count) x \(count) costs", kind: .integrity)
            }
        case .score:
            guard count == 2 else {
                throw DatasetError(.init("decision"), "expected two classes, found \(count)", kind: .integrity)
            }
        }
        self.classes = classes
        self.rule = rule
    }

    /// The threshold of a score; `nil` where probabilities decide.
    package var scoreThreshold: ScoreThreshold? {
        if case .score(let threshold) = rule { threshold } else { nil }
    }

    /// The class that is said for the probabilities of a row, or for its score; of equal probabilities the first.
    package func answer(_ probabilities: ArraySlice<Double>) -> Int {
        let start = probabilities.startIndex
        switch rule {
        case .threshold(let index, let threshold):
            if probabilities[start + index] >= threshold { return index }
            var best = index == 0 ? 1 : 0
            for other in classes.indices where other != index {
                if probabilities[start + other] > probabilities[start + best] { best = other }
            }
            return best
        case .costs(let costs):
            let expected = classes.indices.map { said in
                classes.indices.reduce(0) { $0 + probabilities[start + $1] * costs[$1][said] }
            }
            return expected.indices.min { expected[$0] < expected[$1] } ?? 0
        case .score(let threshold): return threshold.isExceeded(by: Float(probabilities.last ?? 0)) ? 1 : 0
        }
    }
}

extension Decision: Codable {
    private enum CodingKeys: String, CodingKey { case classes, of, threshold, costs, anomaly }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let classes = try container.decode([String].self, forKey: .classes)
        if let costs = try container.decodeIfPresent([[Double]].self, forKey: .costs) {
            try self.init(classes: classes, rule: .costs(costs))
        } else if let threshold = try container.decodeIfPresent(ScoreThreshold.self, forKey: .anomaly) {
            try self.init(classes: classes, rule: .score(threshold))
        } else {
            let name = try container.decode(String.self, forKey: .of)
            let index = classes.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? -1
            let threshold = try container.decode(Double.self, forKey: .threshold)
            try self.init(classes: classes, rule: .threshold(of: index, at: threshold))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(classes, forKey: .classes)
        switch rule {
        case .threshold(let index, let threshold):
            try container.encode(classes[index], forKey: .of)
            try container.encode(threshold, forKey: .threshold)
        case .costs(let costs): try container.encode(costs, forKey: .costs)
        case .score(let threshold): try container.encode(threshold, forKey: .anomaly)
        }
    }
}

extension ClassNames {
    /// The class of each row that a model's outputs mean: a column per class, the probability of the second of two, or the
    /// score of an anomaly.
    package func answers(to outputs: Matrix, by decision: Decision?) -> [Int32] {
        if let threshold = decision?.scoreThreshold { return threshold.answers(to: outputs.values) }
        let count = names.count
        let probabilities = outputs.probabilities(of: count)
        return stride(from: 0, to: probabilities.count, by: count).map { start in
            let row = probabilities[start..<start + count]
            if let decision { return Int32(decision.answer(row)) }
            var best = start
            for index in row.indices where row[index] > row[best] { best = index }
            return Int32(best - start)
        }
    }
}
