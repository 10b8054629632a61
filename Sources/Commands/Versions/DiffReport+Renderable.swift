internal import Lifecycle
internal import Support

extension DiffModels.Report: Renderable {
    package var text: String {
        var lines = ["\(from.title) -> \(to.title)"]
        if let digest = from.digest, digest == to.digest {
            return "\(lines[0])\nthe same package  sha256:\(digest.short)…"
        }
        var same: [String] = []
        func section(_ title: String, _ content: [String]) {
            if content.isEmpty { same.append(title) } else { lines += ["", title] + content.map { "  \($0)" } }
        }
        section("recipe", recipeLines)
        if recipeProblem == nil || !data.isEmpty { section("data", dataLines) }
        if let features { section("features", features.lines) }
        section("inputs and outputs", signature)
        section("decision", decisionLines)
        if !metrics.isEmpty { section("metrics", metricLines) }
        section("files", members.lines)
        lines += [""] + goldenLines
        if !same.isEmpty { lines += ["", "the same: \(same.joined(separator: ", "))"] }
        return lines.joined(separator: "\n")
    }

    private var recipeLines: [String] {
        (recipeProblem.map { ["\($0): only the networks can be compared"] } ?? [])
            + DiffText.table(recipe.map { [$0.key, DiffText.change($0.from, $0.to)] })
    }

    private var dataLines: [String] {
        func short(_ digest: String?) -> String? {
            digest.map { $0.hasPrefix("sha256:") ? String($0.dropFirst(7).prefix(12)) : $0 }
        }
        return DiffText.table(data.map { [$0.key, DiffText.change(short($0.from), short($0.to))] })
    }

    private var decisionLines: [String] {
        guard decisionDiffers else { return [] }
        func text(_ line: DecisionLine?) -> String {
            guard let line else { return "the most probable class" }
            guard let of = line.of, let threshold = line.threshold else { return "the class that costs least" }
            if line.score != nil { return "`\(of)` above a score of \(Wording.figure(threshold))" }
            return "`\(of)` from \(Wording.figure(threshold)) on"
        }
        return ["\(text(decisionFrom)) -> \(text(decisionTo))"]
    }

    private var metricLines: [String] {
        let other = metrics.filter { $0.from != $0.to }
        guard !other.isEmpty else { return [] }
        func heading(_ rows: String?, _ side: DiffModels.Side) -> String {
            let version = side.reference.split(separator: "@").last.map(String.init) ?? side.title
            let name = from.model == to.model ? version : side.title
            return metricsFrom == metricsTo ? name : "\(name) (\(rows ?? "?"))"
        }
        let rows = metricsFrom == metricsTo ? metricsTo.map { "on \($0) rows" } : "on other rows"
        var table = Table(
            [rows ?? "", heading(metricsFrom, from), heading(metricsTo, to), "difference"],
            rightAligned: [1, 2, 3]
        )
        for line in other {
            table.add([
                line.name, line.from.map(Wording.figure) ?? "-", line.to.map(Wording.figure) ?? "-",
                line.difference.map(DiffText.signed) ?? "",
            ])
        }
        return table.text.split(separator: "\n").map(String.init)
    }

    private var goldenLines: [String] {
        if let goldenRowsProblem { return ["answers: cannot be compared: \(goldenRowsProblem)"] }
        guard let goldenRows else { return [] }
        return goldenRows.lines(of: to.title)
    }
}

extension FeatureChanges {
    /// The columns that differ, with their steps.
    fileprivate var lines: [String] {
        var lines = DiffText.table(
            added.map { ["added", $0] } + removed.map { ["removed", $0] }
                + changed.map { ["changed", $0.column, DiffText.change($0.from, $0.to)] }
        )
        if isReordered { lines.append("the columns have another order") }
        if !relearned.isEmpty {
            lines.append("the same steps, learned from other rows: \(DiffText.list(relearned))")
        }
        return lines
    }
}

extension MemberChanges {
    /// The files that differ, with their sizes.
    fileprivate var lines: [String] {
        guard !isEmpty else { return [] }
        func row(_ word: String, _ line: Line) -> [String] {
            let sizes = [line.from, line.to].map { $0.map(Wording.bytes) }
            let isSame = line.from == line.to
            return [word, line.path, isSame ? sizes[0] ?? "" : DiffText.change(sizes[0], sizes[1])]
        }
        var table = DiffText.table(
            added.map { ["added", $0.path, $0.to.map(Wording.bytes) ?? ""] }
                + removed.map { ["removed", $0.path, $0.from.map(Wording.bytes) ?? ""] }
                + changed.map { row("changed", $0) }
        )
        table.append("\(Wording.plural(same, "file")) \(same == 1 ? "is" : "are") the same\(shared)")
        return table
    }

    private var shared: String {
        sharedBytes.map { "; of \(Wording.bytes(bytes)), \(Wording.bytes($0)) are stored once for both" } ?? ""
    }
}

extension AnswerChanges {
    /// What flips, and where the largest changes are.
    fileprivate func lines(of title: String) -> [String] {
        let all = Wording.plural(rows, "golden row")
        guard maxDifference > 0 else { return ["answers: the same to the bit for \(all) of \(title)"] }
        guard changed > 0 || flipped ?? 0 > 0 else {
            return [
                "answers: the same for \(all) of \(title) (largest difference \(Wording.scientific(maxDifference)))"
            ]
        }
        var lines: [String] = []
        if let flipped {
            lines.append("answers: \(Wording.count(flipped)) of \(all) of \(title) \(flipped == 1 ? "flips" : "flip")")
            var table = Table(rightAligned: [1])
            for flip in flips.prefix(10) {
                table.add(["  \(DiffText.change(flip.from, flip.to))", Wording.count(flip.count)])
            }
            if !flips.isEmpty { lines += table.text.split(separator: "\n").map(String.init) }
            if flips.count > 10 { lines.append("  and \(flips.count - 10) other kinds") }
        } else {
            lines.append("answers: \(Wording.count(changed)) of \(all) of \(title) change")
        }
        lines.append("  largest changes (\(Wording.figure(maxDifference)) at most):")
        // A regression with one output needs no name for it.
        let hasNames = flipped != nil || largest.contains { $0.output != "1" }
        let names = hasNames ? [flipped == nil ? "OUTPUT" : "CLASS"] : []
        var table = Table(
            ["  ROW"] + names + ["BEFORE", "AFTER"],
            rightAligned: hasNames ? [0, 2, 3] : [0, 1, 2]
        )
        for row in largest {
            let answer = row.from.map { $0 == row.to ? $0 : DiffText.change($0, row.to) }
            table.add(
                ["  \(row.row)"] + (hasNames ? [row.output] : [])
                    + [Wording.figure(row.before), Wording.figure(row.after), answer ?? ""]
            )
        }
        return lines + table.text.split(separator: "\n").map { "  \($0)" }
    }
}

/// How differences are put for people, in lines of at most 100 columns.
private enum DiffText {
    private static let widest = 34
    private static let longest = 56

    /// `old -> new`, each cut off where it is too long.
    static func change(_ from: String?, _ to: String?) -> String { "\(shortened(from)) -> \(shortened(to))" }

    /// Names with commas, of which there may be many.
    static func list(_ names: [String]) -> String {
        var text = ""
        for (index, name) in names.enumerated() {
            if text.count + name.count > longest { return "\(text) and \(names.count - index) more" }
            text += text.isEmpty ? name : ", \(name)"
        }
        return text
    }

    static func table(_ rows: [[String]]) -> [String] {
        var table = Table()
        for row in rows { table.add(row) }
        return table.isEmpty ? [] : table.text.split(separator: "\n").map(String.init)
    }

    /// `+0.0123`.
    static func signed(_ value: Double) -> String { value > 0 ? "+\(Wording.figure(value))" : Wording.figure(value) }

    private static func shortened(_ text: String?) -> String {
        guard let text else { return "(none)" }
        return text.count <= widest ? text : "\(text.prefix(widest - 1))…"
    }
}
