internal import Evaluation
internal import Support

/// The page that a version carries: what it is, as known when it was registered.
enum ModelCard {
    /// The card of a model that came as files.
    static func files(_ model: String, _ members: [String]) -> String {
        let shown = members.sorted().prefix(50).map { "* `\($0)`\n" }.joined()
        let rest = members.count > 50 ? "* and \(members.count - 50) more\n" : ""
        return "# \(model)\n\nFiles of another tool, kept as they are.\n\n\(shown)\(rest)"
    }

    /// The card of a network whose weights were imported.
    static func imported(
        _ model: String,
        _ file: Digest,
        _ tensors: [ImportWeights.TensorLine],
        _ judged: JudgedImport
    ) -> String {
        var text = "# \(model)\n\nWeights from a safetensors file, `\(file)`.\n"
        text += "\n| tensor | type | shape | became |\n|---|---|---|---|\n"
        for line in tensors.prefix(100) {
            let how = (line.isTransposed ? ", transposed" : "") + (line.change.map { ", \($0)" } ?? "")
            text += "| `\(line.from)` | \(line.type) | \(line.shape) | `\(line.to)`\(how) |\n"
        }
        if tensors.count > 100 { text += "\nAnd \(tensors.count - 100) more.\n" }
        if let metrics = judged.evaluation?.metrics {
            text += "\n## On the \(judged.measuredOn ?? "training") rows\n\n| metric | value |\n|---|---|\n"
            for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
                text += "| \(name) | \(shortened(value)) |\n"
            }
        }
        for gate in judged.gates {
            text += "\nGate: \(gate.metric) \(gate.bound) \(gate.threshold): \(gate.verdict.rawValue)\n"
        }
        return text
    }

    /// The card of a trained network.
    static func run(_ record: RunRecord) -> String {
        var text = "# \(record.model)\n\nTrained by run \(record.run): \(record.epochs) epochs.\n"
        func table(_ title: String, _ metrics: [String: Double]) {
            text += "\n## On the \(title) rows\n\n| metric | value |\n|---|---|\n"
            for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
                text += "| \(name) | \(shortened(value)) |\n"
            }
        }
        if let metrics = record.metrics { table(record.measuredOn ?? "training", metrics) }
        if let folds = record.crossValidation, let statistics = folds.statistics {
            text += "\n## Over \(folds.folds) folds\n\n| figure | mean | standard deviation |\n|---|---|---|\n"
            for (name, figure) in statistics.sorted(by: { $0.key < $1.key }) {
                text += "| \(name) | \(shortened(figure.mean)) | \(shortened(figure.standardDeviation)) |\n"
            }
        }
        if let metrics = record.testMetrics { table("test", metrics) }
        if let main = record.mainMetric, let baselines = record.baselines, !baselines.isEmpty {
            text += "\n## Against simple models\n\n| model | \(main) |\n|---|---|\n"
            if let value = record.metrics?[main] { text += "| this one | \(shortened(value)) |\n" }
            for line in baselines { text += "| \(line.name) | \(line.metrics[main].map(shortened) ?? "") |\n" }
        }
        if let decision = record.decision, let threshold = decision.threshold, let score = decision.score {
            text +=
                "\nAn anomaly is a row with a score above \(shortened(threshold)), the \(score.quantile) quantile of "
            text += "\(score.rows) normal rows that were not learned from. Expected false alarms: "
            text += "\(shortened(score.falseAlarmRate)) [\(shortened(score.interval.lower))-"
            text += "\(shortened(score.interval.upper))] of new normal rows.\n"
        }
        for gate in record.gates ?? [] {
            text += "\nGate: \(gate.metric) \(gate.bound) \(gate.threshold): \(gate.verdict.rawValue)\n"
        }
        return text
    }
}
