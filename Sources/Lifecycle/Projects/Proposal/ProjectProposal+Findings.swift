internal import Datasets

/// What the look at the table showed, in a few lines for people.
extension ProjectProposal {
    var findings: [String] {
        var lines = [headline]
        if let line = targetLine { lines.append(line) }
        switch grouping {
        case .group(let column)?:
            lines.append(
                "\(column.name) looks like a group of rows (\(column.distinct) of them): split so that none is in two parts"
            )
        case .time(let column, _)?:
            lines.append(
                "\(column.name) tells the time, and the rows are in its order: split so that the test is the newest"
            )
        case nil: break
        }
        for reason in Reason.allCases where reason != .group {
            let names = ignored.filter { $0.reason == reason && $0.column.name != grouping?.column.name }
                .map(\.column.name)
            if !names.isEmpty { lines.append("ignored: \(list(names)) (\(Self.words(for: reason)))") }
        }
        let texts = features.filter { $0.column.kind == .text }.map { "\($0.column.name) (\($0.column.distinct))" }
        let numbers = features.count - texts.count
        lines.append(
            "features: \(numbers) of numbers" + (texts.isEmpty ? "" : ", \(texts.count) of text: \(list(texts))")
                + "; \(inputs) inputs of the network"
        )
        if let format = formatLine { lines.append(format) }
        return lines
    }

    /// Why a column is left out, for people.
    static func words(for reason: Reason) -> String {
        switch reason {
        case .identifier: "a value of its own in every row"
        case .constant: "the same in every row"
        case .empty: "empty"
        case .freeText: "too many different texts"
        case .time: "a time"
        case .group: "a group"
        case .incompleteGroup: "a group that some rows have none of, so no split goes by it"
        }
    }

    private var headline: String {
        let missing = table.missingShare
        return "\(table.rows) rows, \(table.columns.count) columns; "
            + (missing == 0 ? "nothing is missing" : "\(percent(missing)) of the values are missing")
    }

    private var targetLine: String? {
        guard task == .classification else {
            guard let numbers = target.numbers else { return nil }
            return
                "\(target.name) is a number from \(numbers.minimum) to \(numbers.maximum): a regression, judged by r2"
        }
        let shares = classes.prefix(5).map { "\($0.value) \(percent(Double($0.rows) / Double(max(table.rows, 1))))" }
        let rest = classes.count > 5 ? " and \(classes.count - 5) more" : ""
        let line = "\(target.name): \(shares.joined(separator: ", "))\(rest)"
        if let rare = classes.last, rare.rows < 10 {
            return "\(line)   `\(rare.value)` has only \(rare.rows) row\(rare.rows == 1 ? "" : "s"): too few to judge"
        }
        return isImbalanced ? "\(line)   imbalanced, so the gate is \(gate.metric), not accuracy" : line
    }

    private var formatLine: String? {
        let format = table.format
        var facts: [String] = []
        if format.delimiter != UInt8(ascii: ",") {
            let delimiter = Unicode.Scalar(format.delimiter)
            facts.append("fields are separated by \(delimiter == "\t" ? "tabs" : "`\(delimiter)`")")
        }
        if format.decimal != UInt8(ascii: ".") { facts.append("decimals stand behind a comma") }
        let markers = format.missing.texts.filter { !$0.isEmpty }
        if !markers.isEmpty { facts.append("taken for missing: \(list(markers.map { "`\($0)`" }))") }
        return facts.isEmpty ? nil : facts.joined(separator: "; ")
    }

    private func list(_ names: [String]) -> String {
        names.count <= 6
            ? names.joined(separator: ", ") : "\(names.prefix(5).joined(separator: ", ")) and \(names.count - 5) more"
    }
}
