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

    init(format: PredictionFormat, kind: PredictionKind, model: String) throws {
        self.format = format
        self.kind = kind
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
        switch kind {
        case .probabilities(let classes, _):
            let columns = classes.names.map { CSVText.field("p_\($0)") }
            return (["y_pred"] + columns).joined(separator: ",") + "\n"
        case .values(let count):
            return (count == 1 ? ["y_pred"] : (0..<count).map { "y_pred_\($0)" }).joined(separator: ",") + "\n"
        }
    }

    /// What stands after the last row.
    func footer(rows: Int) -> String { format == .json ? "\n],\"rows\":\(rows)}\n" : "" }

    /// A row of outputs; `number` is that of the row, counted from 0.
    func row(_ outputs: ArraySlice<Float>, number: Int) -> String {
        switch format {
        case .json: "\(number == 0 ? "" : ",")\n\(line(outputs))"
        case .csv, .jsonl, .npy: "\(line(outputs))\n"
        }
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
        }
    }

    private static func jsonString(_ text: String) throws -> String {
        String(decoding: try JSON.encode(text, pretty: false), as: UTF8.self)
    }
}
