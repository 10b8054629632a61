internal import Support

/// Predictions as lines of text.
///
/// Numbers are written with as many digits as it takes to read the same number again.
struct PredictionText {
    private let isJSON: Bool
    private let kind: PredictionKind
    /// The names of the classes, quoted as the format wants it.
    private let names: [String]

    init(format: PredictionFormat, kind: PredictionKind) throws {
        isJSON = format == .jsonl
        self.kind = kind
        guard case .probabilities(let classes) = kind else {
            names = []
            return
        }
        names = try classes.names.map { name in
            format == .jsonl
                ? String(decoding: try JSON.encode(name, pretty: false), as: UTF8.self) : PredictionText.csvField(name)
        }
    }

    /// The first line of a table; nothing for JSON.
    var header: String {
        if isJSON { return "" }
        switch kind {
        case .probabilities(let classes):
            let columns = classes.names.map { PredictionText.csvField("p_\($0)") }
            return (["y_pred"] + columns).joined(separator: ",") + "\n"
        case .values(let count):
            return (count == 1 ? ["y_pred"] : (0..<count).map { "y_pred_\($0)" }).joined(separator: ",") + "\n"
        }
    }

    /// The line of a row of outputs.
    func line(_ outputs: ArraySlice<Float>) -> String {
        switch kind {
        case .probabilities(let classes):
            let probabilities =
                outputs.count == 1 && classes.names.count == 2
                ? [1 - (outputs.first ?? 0)] + outputs : Array(outputs)
            let best = names[probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0]
            if !isJSON { return ([best] + probabilities.map(\.description)).joined(separator: ",") + "\n" }
            let members = zip(names, probabilities).map { "\($0):\($1)" }.joined(separator: ",")
            return "{\"prediction\":\(best),\"probabilities\":{\(members)}}\n"
        case .values:
            let numbers = outputs.map(\.description).joined(separator: ",")
            if !isJSON { return numbers + "\n" }
            return outputs.count == 1 ? "{\"prediction\":\(numbers)}\n" : "{\"prediction\":[\(numbers)]}\n"
        }
    }

    private static func csvField(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return text }
        let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
        return "\"\(doubled)\""
    }
}
