internal import Evaluation
internal import Lifecycle

extension GatedEvaluation {
    /// The metrics, the figures of each class, what was taken for what, and the gates.
    var lines: [String] {
        var lines = [figures]
        if let classes = evaluation.classes {
            lines.append(table(of: classes))
            // More would fit no screen.
            if let matrix = evaluation.confusionMatrix, classes.count <= 20 {
                lines.append(confusion(matrix, classes.map(\.name)))
            }
        }
        return lines + gates.map(\.text)
    }

    private var figures: String {
        var table = Table(rightAligned: [1])
        for metric in Metric.all {
            guard let value = evaluation.metrics[metric.name] else { continue }
            let range = evaluation.intervals[metric.name].map {
                "[\(Wording.figure($0.lower))-\(Wording.figure($0.upper))]"
            }
            table.add(["  \(metric.name)", Wording.figure(value), range ?? ""])
        }
        return table.text
    }

    private func table(of classes: [Evaluation.ClassReport]) -> String {
        let weight = classes.reduce(0) { $0 + $1.support }
        let isWeighted = abs(weight - Double(evaluation.rows)) > 1e-9 * weight
        let header = ["  CLASS", "PRECISION", "RECALL", "F1", isWeighted ? "WEIGHT" : "ROWS"]
        var table = Table(header, rightAligned: [1, 2, 3, 4])
        for line in classes {
            table.add([
                "  \(line.name)", Wording.figure(line.precision), Wording.figure(line.recall),
                Wording.figure(line.f1Score), amount(line.support),
            ])
        }
        return table.text
    }

    /// Rows are what is right, columns what was said.
    private func confusion(_ matrix: [[Double]], _ names: [String]) -> String {
        let header = ["  RIGHT \\ SAID"] + names.map { String($0.prefix(10)) }
        var table = Table(header, rightAligned: Set(1...names.count))
        for (name, row) in zip(names, matrix) {
            table.add(["  \(name)"] + row.map { $0 == 0 ? "." : amount($0) })
        }
        return table.text
    }

    /// A number of rows, or their weight.
    private func amount(_ weight: Double) -> String {
        weight == weight.rounded() && weight < 1e15 ? Wording.count(Int(weight)) : Wording.figure(weight)
    }
}
