internal import Datasets

/// The project file, with a comment wherever a person may want another choice.
extension ProjectProposal {
    /// Where its model can be deployed to.
    static let environments = ["staging", "production"]

    var text: String {
        var lines = [
            "# Written by `mlops init --from` after a look at \(table.rows) rows of \(table.columns.count) columns. It trains as it",
            "# stands; change what you know better, and raise the gate once you know what can be reached.",
            "model: \(model)",
            "task: \(task.rawValue)",
            "data:",
            "  train: {csv: \(quoted(path))\(formatOptions)}",
            "  target: \(quoted(target.name))",
        ]
        if !ignored.isEmpty {
            lines.append("  ignore:")
            lines += ignored.map { "    - \(quoted($0.column.name))     # \(comment($0.reason, $0.column))" }
        }
        lines += splitLines
        lines.append("features:")
        lines += featureLines
        lines.append("network:")
        lines += networkLines
        lines.append("training:")
        lines += trainingLines
        lines += decisionLines
        lines.append("gates:     # judged on the validation rows")
        lines.append("  \(gate.metric): {at_least: \(gate.threshold)}     # \(gate.comment)")
        lines.append("environments:")
        lines += Self.environments.map { "  \($0): {directory: deployed/\($0)}" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How the table is written, where it is not as usual.
    private var formatOptions: String {
        let format = table.format
        var options = ""
        if format.delimiter != UInt8(ascii: ",") {
            options += ", delimiter: \(quoted(String(Unicode.Scalar(format.delimiter))))"
        }
        if format.decimal != UInt8(ascii: ".") { options += ", decimal: \",\"" }
        if format.missing.texts != [""] {
            options += ", missing: [\(format.missing.texts.map(quoted).joined(separator: ", "))]"
        }
        return options
    }

    private var splitLines: [String] {
        let shares = "validation: 0.15, test: 0.15"
        switch grouping {
        case .group(let column)?:
            return [
                "  split: {by_group: \(quoted(column.name)), \(shares)}     # no \(column.name) is in two parts"
            ]
        case .time(let column, _)?:
            return [
                "  split: {by_time: \(quoted(column.name)), \(shares)}     # learn from the past, be judged by what came after"
            ]
        case nil: return ["  split: {\(shares)}"]
        }
    }

    /// A line for each column, or for several whose names differ by a number and whose chains are the same.
    private var featureLines: [String] {
        var lines: [String] = []
        var covered: Set<String> = []
        for feature in features where !covered.contains(feature.column.name) {
            if let pattern = pattern(for: feature) {
                let members = features.filter { matches($0.column.name, pattern) }
                covered.formUnion(members.map(\.column.name))
                lines.append("  \(quoted("\(pattern)*")): \(feature.chain)     # \(members.count) columns")
            } else {
                lines.append("  \(quoted(feature.column.name)): \(feature.chain)\(comment(feature.column))")
            }
        }
        return lines
    }

    /// The part before the number of a name such as `sensor_12`, if at least three columns share it and the chain, and
    /// no other column of the table begins with it.
    private func pattern(for feature: Feature) -> String? {
        let name = feature.column.name
        let prefix = String(name.reversed().drop { $0.isNumber }.reversed())
        guard prefix != name, !prefix.isEmpty, !prefix.contains("*") else { return nil }
        let members = features.filter { matches($0.column.name, prefix) }
        let all = table.columns.count { $0.name.hasPrefix(prefix) }
        guard members.count >= 3, members.count == all, members.allSatisfy({ $0.chain == feature.chain }) else {
            return nil
        }
        return prefix
    }

    private func matches(_ name: String, _ prefix: String) -> Bool {
        name.hasPrefix(prefix) && name.dropFirst(prefix.count).allSatisfy(\.isNumber)
    }

    private var decisionLines: [String] {
        // Without a rare row to choose it on there is no threshold.
        guard isImbalanced, classes.count == 2, (classes.last?.rows ?? 0) >= 20 else { return [] }
        return [
            "decision: {maximize: f1}     # the threshold is chosen on the validation rows; or: {min_recall: 0.95}"
        ]
    }

    private func comment(_ column: ColumnInspection) -> String {
        var facts: [String] = []
        if column.kind == .text { facts.append("\(column.distinct) values") }
        if column.missing > 0 { facts.append("\(percent(column.missingShare)) missing") }
        return facts.isEmpty ? "" : "     # \(facts.joined(separator: ", "))"
    }

    private func comment(_ reason: Reason, _ column: ColumnInspection) -> String {
        switch reason {
        case .incompleteGroup:
            "a group that \(percent(column.missingShare)) of the rows have none of; complete, it would be: split: {by_group: …}"
        case .identifier: "a value of its own in every row"
        case .constant: "the same in every row"
        case .empty: "empty"
        case .group: "what the rows are dealt out by"
        case .time: "a time; as a feature: date_parts: [month, weekday, hour]"
        case .freeText:
            "\(column.hasMoreDistinct ? "more than " : "")\(column.distinct) different texts; as a feature: hash: 64"
        }
    }

    /// A share for people: `6.2 %`.
    func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return share > 0 && tenths == 0 ? "less than 0.1 %" : "\(tenths / 10).\(tenths % 10) %"
    }

    /// A word as YAML needs it: in quotes where it could be taken for something else.
    private func quoted(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2E, 0x2F, 0x5F].contains(byte)
            } && text.first?.isLetter == true
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"]
        if isPlain, !words.contains(text.lowercased()) { return text }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\r": "\\r"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
