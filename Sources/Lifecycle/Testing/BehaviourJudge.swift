internal import Datasets
internal import Inference
internal import ProjectFile
internal import Support

/// Puts behaviour cases to a model.
struct BehaviourJudge {
    let predictor: any Predictor
    /// The project's directory, where tables of cases are.
    let directory: String
    /// A folder for rows on their way.
    let workspace: String
    let cancellation: Cancellation

    /// Times that a batch is answered, to find the usual time.
    private static let repetitions = 20

    /// What became of a case: `nil` for a problem when it holds.
    func judge(_ behaviour: BehaviourFile.Case) async throws -> (rows: Int, problem: String?, milliseconds: Double?) {
        let rows = try BehaviourRows(behaviour.rows, in: directory)
        let (count, node) = (rows.rows.count, behaviour.node)
        switch behaviour.requirement {
        case .answers(let expected, let tolerance):
            guard expected.count == 1 || expected.count == count else {
                throw node.error(
                    "`expect`: expected one answer, or one for each of \(count) rows, found \(expected.count)"
                )
            }
            let outputs = try await outputs(for: rows)
            return (count, try compare(outputs, expected, tolerance, node), nil)
        case .output(let name, let atLeast, let atMost):
            let values = try column(name, of: await outputs(for: rows), node)
            let bad = values.firstIndex { $0 < atLeast ?? -.infinity || $0 > atMost ?? .infinity }
            let bounds = [atLeast.map { "at least \(shortened($0))" }, atMost.map { "at most \(shortened($0))" }]
            return (
                count,
                bad.map { row in
                    "row \(row + 1): expected \(name) of \(bounds.compactMap { $0 }.joined(separator: " and ")), "
                        + "found \(shortened(values[row]))"
                },
                nil
            )
        case .invariance(let changes, let tolerance):
            return (count, try await invariance(rows, changes, tolerance), nil)
        case .direction(let column, let step, let output, let isUp, let isStrict):
            guard let increased = rows.increasing(column, by: step) else {
                throw node.error("`increase`: not every row has a number in `\(column)`")
            }
            let before = try self.column(output, of: await outputs(for: rows), node)
            let after = try self.column(output, of: await outputs(for: increased), node)
            let bad = zip(before, after).enumerated().first { _, pair in
                let change = isUp ? pair.1 - pair.0 : pair.0 - pair.1
                return isStrict ? change <= 0 : change < 0
            }
            return (
                count,
                bad.map { row, pair in
                    "row \(row + 1): \(output) goes from \(shortened(pair.0)) to \(shortened(pair.1)) "
                        + "when \(column) is \(shortened(step)) more"
                },
                nil
            )
        case .latency(let limit):
            let median = try await latency(rows)
            let problem =
                median > limit
                ? "expected at most \(shortened(limit)) ms for \(count) row\(count == 1 ? "" : "s"), found \(shortened(median)) ms"
                : nil
            return (count, problem, median)
        }
    }

    private func outputs(for rows: BehaviourRows) async throws -> Matrix {
        let folder = try TemporaryFolder(in: workspace)
        let path = "\(folder.path)/rows.jsonl"
        try rows.write(to: path)
        return try await predictor.outputs(for: predictor.reader(of: path), cancellation: cancellation)
    }

    /// The numbers that a name means: `p_<class>`, `y_pred`, `y_pred_0`.
    private func column(_ name: String, of outputs: Matrix, _ node: ProjectNode) throws -> [Double] {
        var known: [String]
        var place: Int?
        if let classes = predictor.classes {
            known = classes.names.map { "p_\($0)" }
            place = known.firstIndex(of: name)
            // With one output it is that of the second of two classes.
            if outputs.columns == 1, let index = place {
                return outputs.values.map { index == 1 ? Double($0) : 1 - Double($0) }
            }
        } else {
            known = outputs.columns == 1 ? ["y_pred"] : (0..<outputs.columns).map { "y_pred_\($0)" }
            place = known.firstIndex(of: name)
        }
        guard let place else {
            throw node.error(
                "the model has no output `\(name)`",
                hints: ["its outputs are: \(known.prefix(20).joined(separator: ", "))"]
            )
        }
        return stride(from: place, to: outputs.values.count, by: outputs.columns).map { Double(outputs.values[$0]) }
    }

    private func compare(
        _ outputs: Matrix,
        _ expected: [String],
        _ tolerance: Double?,
        _ node: ProjectNode
    ) throws -> String? {
        func wanted(_ row: Int) -> String { expected.count == 1 ? expected[0] : expected[row] }
        if let classes = predictor.classes {
            for name in expected where !classes.names.contains(name) {
                throw node.error(
                    "`expect`: the model has no class `\(name)`",
                    hints: ["the classes are: \(classes.names.prefix(20).joined(separator: ", "))"]
                )
            }
            let answers = classes.answers(to: outputs, by: predictor.decision).map { classes.names[Int($0)] }
            let bad = answers.indices.first { answers[$0] != wanted($0) }
            return bad.map { "row \($0 + 1): expected \(wanted($0)), found \(answers[$0])" }
        }
        for row in 0..<outputs.rows {
            guard let number = Double(wanted(row)) else { throw node.error("`expect`: `\(wanted(row))` is no number") }
            let found = Double(outputs.values[row * outputs.columns])
            if abs(found - number) > tolerance ?? 1e-6 * max(1, abs(number)) {
                return "row \(row + 1): expected \(shortened(number)), found \(shortened(found))"
            }
        }
        return nil
    }

    private func invariance(
        _ rows: BehaviourRows,
        _ changes: [(column: String, values: [String])],
        _ tolerance: Double?
    ) async throws -> String? {
        let before = try await outputs(for: rows)
        for (column, values) in changes {
            for value in values {
                let after = try await outputs(for: rows.setting(column, to: value))
                if let row = firstDifference(before, after, tolerance) {
                    return "row \(row + 1): another answer when \(column) is \(value)"
                }
            }
        }
        return nil
    }

    /// The first row whose answer is another: another class where no tolerance is given, else another output.
    private func firstDifference(_ before: Matrix, _ after: Matrix, _ tolerance: Double?) -> Int? {
        if let classes = predictor.classes, tolerance == nil {
            let (first, second) = (
                classes.answers(to: before, by: predictor.decision), classes.answers(to: after, by: predictor.decision)
            )
            return first.indices.first { first[$0] != second[$0] }
        }
        let limit = Float(tolerance ?? 1e-6)
        return zip(before.values, after.values).enumerated()
            .first { abs($1.0 - $1.1) > limit * (tolerance == nil ? max(1, abs($1.0)) : 1) }
            .map { $0.offset / max(before.columns, 1) }
    }

    /// The median time of an answer, in milliseconds, with the rows read before.
    private func latency(_ rows: BehaviourRows) async throws -> Double {
        _ = try await outputs(for: rows)
        var times: [Double] = []
        for _ in 0..<Self.repetitions {
            let stopwatch = Stopwatch()
            _ = try await outputs(for: rows)
            times.append(stopwatch.seconds * 1000)
        }
        return times.sorted()[times.count / 2]
    }
}
