internal import Support

/// Predictions as text: a table, lines of JSON, or one JSON document.
///
/// Numbers are written with as many digits as it takes to read the same number again.
struct PredictionText {
    private let format: PredictionFormat
    /// The model that answers, as a JSON string.
    private let model: String
    private let kind: PredictionKind
    /// The names of the classes, quoted as the format wants it.
    private let names: [String]
    /// The threshold of scores; `nil` where there are none.
    private let threshold: ScoreThreshold?
    /// The names of the columns that stand before the answers, quoted in the same way.
    private let kept: [String]

    init(format: PredictionFormat, kind: PredictionKind, model: String, keeping kept: [String] = []) throws {
        self.format = format
        self.kind = kind
        threshold = kind.scoreThreshold
        self.kept = try kept.map { try format == .csv ? CSVText.field($0) : PredictionText.jsonString($0) }
        self.model = try PredictionText.jsonString(model)
        guard case .probabilities(let classes, _) = kind else {
            names = []
            return
        }
        names = try classes.names.map { name in
            try format == .csv ? CSVText.field(name) : PredictionText.jsonString(name)
        }
    }

    /// What stands before the first row: the first line of a table, the opening of a document.
    var header: String {
        if format == .json { return "{\"model\":\(model),\"predictions\":[" }
        guard format == .csv else { return "" }
        return (kept + PredictionText.columns(of: kind).map(CSVText.field)).joined(separator: ",") + "\n"
    }

    /// The names of the columns of a table of answers.
    static func columns(of kind: PredictionKind) -> [String] {
        switch kind {
        case .probabilities: ["y_pred"] + kind.outputNames
        case .values: kind.outputNames
        case .scores: kind.outputNames + ["anomaly"]
        }
    }

    /// What stands after the last row.
    func footer(rows: Int) -> String {
        guard format == .json else { return "" }
        return "\n],\"rows\":\(rows)\(threshold.map { ",\"threshold\":\($0.score)" } ?? "")}\n"
    }

    /// A row of outputs behind the texts that are kept of it; `number` is that of the row, counted from 0.
    func row(_ outputs: ArraySlice<Float>, number: Int, keeping texts: [String] = []) throws -> String {
        let line = try keeping(texts, before: line(outputs))
        return format == .json ? "\(number == 0 ? "" : ",")\n\(line)" : "\(line)\n"
    }

    private func keeping(_ texts: [String], before line: String) throws -> String {
        guard !texts.isEmpty else { return line }
        if format == .csv { return (texts.map(CSVText.field) + [line]).joined(separator: ",") }
        let members = try zip(kept, texts).map { "\($0):\(try PredictionText.jsonString($1))" }
        return "{\(members.joined(separator: ",")),\(line.dropFirst())"
    }

    private func line(_ outputs: ArraySlice<Float>) -> String {
        switch kind {
        case .probabilities(let classes, let decision):
            let probabilities =
                outputs.count == 1 && classes.names.count == 2
                ? [1 - (outputs.first ?? 0)] + outputs : Array(outputs)
            let answer =
                decision?.answer(probabilities.map { Double($0) }[...])
                ?? probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            let best = names[answer]
            if format == .csv { return ([best] + probabilities.map(\.description)).joined(separator: ",") }
            let members = zip(names, probabilities).map { "\($0):\($1)" }.joined(separator: ",")
            return "{\"prediction\":\(best),\"probabilities\":{\(members)}}"
        case .values:
            let numbers = outputs.map(\.description).joined(separator: ",")
            if format == .csv { return numbers }
            return outputs.count == 1 ? "{\"prediction\":\(numbers)}" : "{\"prediction\":[\(numbers)]}"
        case .scores:
            let score = outputs.first ?? 0
            let isAnomaly = threshold?.isExceeded(by: score) ?? false
            return format == .csv ? "\(score),\(isAnomaly)" : "{\"anomaly\":\(isAnomaly),\"score\":\(score)}"
        }
    }

    private static func jsonString(_ text: String) throws -> String {
        String(decoding: try JSON.encode(text, pretty: false), as: UTF8.self)
    }
}
