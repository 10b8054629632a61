/// How often each class was taken for each other one, and the figures that follow from it.
package struct ConfusionMatrix: Sendable, Hashable {
    /// The weight of the rows of class `row` that were taken for class `column`.
    package let counts: [[Double]]

    /// The figures of one class, one against the rest; 0 where nothing can be divided.
    package struct Class: Codable, Sendable, Hashable {
        /// The share of the rows given this class that belong to it.
        package let precision: Double
        /// The share of the rows of this class that were given it.
        package let recall: Double
        /// The harmonic mean of the two.
        package let f1Score: Double
        /// The weight of the rows of this class.
        package let support: Double
    }

    package let classes: [Class]
    /// Whether a class occurs, as a label or as a prediction; scikit-learn leaves the others out of its means.
    private let occurs: [Bool]

    init(_ judged: JudgedClassification, weights: [Double]) {
        var cells = [Double](repeating: 0, count: judged.classes * judged.classes)
        for row in 0..<judged.rows {
            cells[Int(judged.labels[row]) * judged.classes + Int(judged.predictions[row])] += weights[row]
        }
        let counts = (0..<judged.classes).map { Array(cells[$0 * judged.classes..<($0 + 1) * judged.classes]) }
        func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
        let predicted = counts.indices.map { label in counts.reduce(0) { $0 + $1[label] } }
        classes = counts.indices.map { label in
            let (right, support) = (counts[label][label], counts[label].reduce(0, +))
            return Class(
                precision: share(right, predicted[label]),
                recall: share(right, support),
                f1Score: share(2 * right, predicted[label] + support),
                support: support
            )
        }
        // A row that counts nothing still names its classes; one that was not drawn does not.
        var occurs = zip(classes, predicted).map { $0.support > 0 || $1 > 0 }
        for row in judged.weightless {
            occurs[Int(judged.labels[row])] = true
            occurs[Int(judged.predictions[row])] = true
        }
        self.occurs = occurs
        self.counts = counts
    }

    var accuracy: Double {
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        return right / classes.reduce(0) { $0 + $1.support }
    }

    /// The correlation of right and given classes, 0 where one of them never changes (Gorodkin, 2004).
    var matthewsCorrelation: Double {
        let given = counts.indices.map { label in counts.reduce(0) { $0 + $1[label] } }
        let total = given.reduce(0, +)
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        func product(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        let support = classes.map(\.support)
        let spread = (total * total - product(given, given)) * (total * total - product(support, support))
        return spread > 0 ? (right * total - product(support, given)) / spread.squareRoot() : 0
    }

    /// One minus the disagreement there is over that which the shares of the classes alone would bring about (Cohen,
    /// 1960); `nil` where these allow none.
    var cohenKappa: Double? {
        let given = counts.indices.map { label in counts.reduce(0) { $0 + $1[label] } }
        let total = given.reduce(0, +)
        var (found, expected) = (0.0, 0.0)
        for (right, support) in classes.map(\.support).enumerated() {
            for said in counts.indices where said != right {
                found += counts[right][said]
                expected += given[said] * support / total
            }
        }
        return expected > 0 ? 1 - found / expected : nil
    }

    var balancedAccuracy: Double {
        let recalls = classes.filter { $0.support > 0 }.map(\.recall)
        return recalls.reduce(0, +) / Double(recalls.count)
    }

    func mean(_ figure: (Class) -> Double) -> Double {
        let values = zip(classes, occurs).filter(\.1).map { figure($0.0) }
        return values.reduce(0, +) / Double(values.count)
    }

    func weightedMean(_ figure: (Class) -> Double) -> Double {
        classes.reduce(0) { $0 + figure($1) * $1.support } / classes.reduce(0) { $0 + $1.support }
    }
}
