internal import Lifecycle
internal import Monitoring
internal import Support

extension Monitor.Report: Renderable {
    package var text: String {
        var lines = [
            "\(current) (\(Wording.plural(dataset.rowsCurrent, "row"))) against \(reference) "
                + "(\(Wording.plural(dataset.rowsReference, "row")))"
        ]
        var table = Table(["  COLUMN", "VERDICT", "EFFECT", "ADJUSTED P", "WHY"], rightAligned: [2, 3])
        // Of a wide table those columns are shown that somebody has to look at.
        let quiet = order.filter { columns[$0]?.verdict == .noDrift }
        let hidden = order.count > 20 ? Set(quiet) : []
        for name in order where !hidden.contains(name) {
            guard let column = columns[name] else { continue }
            table.add([
                "  \(name)", column.verdict.word, column.effect, column.adjusted,
                column.reasons.map { $0.words(column) }.joined(separator: ", "),
            ])
        }
        if hidden.count < order.count { lines.append(table.text) }
        if !hidden.isEmpty {
            lines.append("  and \(Wording.plural(hidden.count, "column")) without drift (all with --json)")
        }
        for name in order where pictures[name] != nil && columns[name]?.verdict == .drift {
            lines += pictures[name].map { picture(of: name, $0) } ?? []
        }
        if !leftOut.isEmpty { lines.append("left out: \(leftOut.joined(separator: ", "))") }
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private var conclusion: String {
        let drifted = dataset.driftedColumns
        let quality = dataset.dataQualityColumns.filter { !drifted.contains($0) }
        switch dataset.verdict {
        case .drift:
            var parts: [String] = []
            if !drifted.isEmpty {
                parts.append("\(drifted.count) of \(Wording.plural(dataset.judgedColumns, "judged column")) drift")
            }
            if !quality.isEmpty {
                let rest = quality.count > 3 ? " and \(quality.count - 3) more" : ""
                parts.append("data quality: \(quality.prefix(3).joined(separator: ", "))\(rest)")
            }
            return "DRIFT   \(parts.joined(separator: "; "))\n"
                + "next: look at these rows; with their answers, mlops update \(model ?? "MODEL") --data FILE"
        case .notEnoughData:
            return "not enough data: at least \(dataset.settings.minimumRows) rows are needed on both sides"
        case .noDrift, .dataQuality, .ignored:
            return "no drift in \(Wording.plural(dataset.judgedColumns, "column"))"
        }
    }

    /// Reference and current side by side, a line for each bin.
    private func picture(of name: String, _ pair: HistogramPair) -> [String] {
        let greatest = pair.bins.flatMap { [$0.reference, $0.current] }.max() ?? 0
        var table = Table(["  \(name)", "REFERENCE", "", "CURRENT", ""])
        for bin in pair.bins {
            table.add([
                "  \(bin.label.words)", Bar.text(bin.reference, of: greatest), Bar.percent(bin.reference),
                Bar.text(bin.current, of: greatest), Bar.percent(bin.current),
            ])
        }
        return [table.text]
    }
}

extension DriftReport.Verdict {
    fileprivate var word: String {
        switch self {
        case .drift: "DRIFT"
        case .dataQuality: "DATA QUALITY"
        case .noDrift: "no drift"
        case .notEnoughData: "not enough data"
        case .ignored: "ignored"
        }
    }
}

extension DriftReport.Column {
    /// The difference that the rule looks at.
    fileprivate var effect: String {
        if verdict == .notEnoughData { return "" }
        if let statistic = ksStatistic { return "KS \(Wording.decimals(statistic, 2))" }
        return populationStabilityIndex.map { "PSI \(Wording.decimals($0, 2))" } ?? ""
    }

    fileprivate var adjusted: String {
        guard let value = ksAdjustedPValue ?? chiSquareAdjustedPValue else { return "" }
        return value < 0.0001 ? "<0.0001" : Wording.decimals(value, 4)
    }
}

extension DriftReport.Reason {
    /// What happened, for people.
    fileprivate func words(_ column: DriftReport.Column) -> String {
        func share(_ value: Double?) -> String { value.map(Bar.percent) ?? "?" }
        switch self {
        case .distribution:
            guard let before = column.meanReference, let after = column.meanCurrent else { return "other shares" }
            return "mean \(Wording.figure(before)) -> \(Wording.figure(after))"
        case .missingShare: return "missing \(share(column.missingReference)) -> \(share(column.missingCurrent))"
        case .newCategories:
            return
                "new: \((column.newValues ?? []).prefix(3).joined(separator: ", ")) (\(share(column.newValuesShare)))"
        case .outOfRange: return "\(share(column.outOfRange)) out of range"
        case .infiniteValues: return "infinite values"
        case .notNumbers: return "texts where numbers were: \(column.invalidCurrent ?? 0)"
        case .typeChanged: return "another type"
        case .constantNow: return "the same in every row"
        case .columnMissing: return "the column is missing"
        case .columnAdded: return "a new column"
        case .identifier: return "an identifier"
        case .tooFewRows: return "too few rows"
        default: return rawValue
        }
    }
}

extension HistogramPair.Label {
    fileprivate var words: String {
        switch self {
        case .range(let low, let high): "\(Wording.figure(low)) to \(Wording.figure(high))"
        case .category(let name): name
        case .others: "others"
        }
    }
}
