internal import Datasets
internal import Inference
internal import ProjectFile
internal import Support

/// Puts a case of behaviour to a model.
struct BehaviourJudge {
    let predictor: any Predictor
    let columns: BehaviourColumns
    /// The project's directory, where tables of cases are.
    let directory: String
    /// A folder for rows on their way.
    let workspace: String
    let cancellation: Cancellation
    let behaviour: BehaviourFile.Case

    /// What became of it.
    struct Outcome {
        let rows: Int
        /// What was expected and what was found; `nil` when it holds.
        let problem: String?
        /// The median time of an answer, where one is asked for.
        let milliseconds: Double?
    }

    /// Times that a batch is answered, to find the usual time.
    private static let repetitions = 20

    /// Throws ``ProjectError`` for a case that cannot be meant for this model.
    func outcome() async throws -> Outcome {
        let rows = try BehaviourRows(behaviour.rows, in: directory, for: columns)
        var milliseconds: Double?
        let problem: String?
        switch behaviour.requirement {
        case .answers(let expected, let tolerance):
            problem = try await answers(rows, expected, tolerance)
        case .output(let name, let atLeast, let atMost):
            problem = try await bounds(rows, name, atLeast, atMost)
        case .invariance(let changes, let tolerance):
            problem = try await invariance(rows, changes, tolerance)
        case .direction(let column, let step, let output, let isUp, let isStrict):
            problem = try await direction(rows, column, step, output, isUp: isUp, isStrict: isStrict)
        case .latency(let limit):
            let median = try await latency(rows)
            milliseconds = median
            let batch = "\(rows.rows.count) row\(rows.rows.count == 1 ? "" : "s")"
            problem =
                median > limit
                ? "expected at most \(shortened(limit)) ms for \(batch), found \(shortened(median)) ms" : nil
        }
        return Outcome(rows: rows.rows.count, problem: problem, milliseconds: milliseconds)
    }

    private func answers(_ rows: BehaviourRows, _ expected: [String], _ tolerance: Double?) async throws -> String? {
        let count = rows.rows.count
        guard expected.count == 1 || expected.count == count else {
            throw behaviour.node.error(
                "`expect`: expected one answer, or one for each of \(count) rows, found \(expected.count)"
            )
        }
        let outputs = try await outputs(for: rows)
        func wanted(_ row: Int) -> String { expected.count == 1 ? expected[0] : expected[row] }
        if let classes = predictor.classes {
            for name in expected where !classes.names.contains(name) {
                throw behaviour.node.error(
                    "`expect`: the model has no class `\(name)`",
                    hints: ["the classes are: \(classes.names.prefix(20).joined(separator: ", "))"]
                )
            }
            let answers = classes.answers(to: outputs, by: predictor.decision).map { classes.names[Int($0)] }
            return problem(in: answers.indices.filter { answers[$0] != wanted($0) }) { row in
                "expected \(wanted(row)), found \(answers[row])"
            }
        }
        let numbers = try (0..<count).map { row in
            guard let number = Double(wanted(row)) else {
                throw behaviour.node.error("`expect`: `\(wanted(row))` is no number")
            }
            return number
        }
        func found(_ row: Int) -> Double { Double(outputs.values[row * outputs.columns]) }
        let wrong = numbers.indices.filter { row in
            abs(found(row) - numbers[row]) > tolerance ?? 1e-6 * max(1, abs(numbers[row]))
        }
        return problem(in: wrong) { "expected \(shortened(numbers[$0])), found \(shortened(found($0)))" }
    }

    private func bounds(
        _ rows: BehaviourRows,
        _ name: String,
        _ atLeast: Double?,
        _ atMost: Double?
    ) async throws -> String? {
        let values = try await column(name, for: rows)
        let bounds = [atLeast.map { "at least \(shortened($0))" }, atMost.map { "at most \(shortened($0))" }]
        let text = bounds.compactMap { $0 }.joined(separator: " and ")
        let wrong = values.indices.filter { values[$0] < atLeast ?? -.infinity || values[$0] > atMost ?? .infinity }
        return problem(in: wrong) { "expected \(name) of \(text), found \(shortened(values[$0]))" }
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
                let problem = difference(before, after, tolerance) { "\($0) becomes \($1) when \(column) is \(value)" }
                if let problem { return problem }
            }
        }
        return nil
    }

    /// The rows whose answer is another: another class where no tolerance is given, else another output.
    private func difference(
        _ before: Matrix,
        _ after: Matrix,
        _ tolerance: Double?,
        _ text: (_ before: String, _ after: String) -> String
    ) -> String? {
        if let classes = predictor.classes, tolerance == nil {
            let first = classes.answers(to: before, by: predictor.decision)
            let second = classes.answers(to: after, by: predictor.decision)
            return problem(in: first.indices.filter { first[$0] != second[$0] }) { row in
                text(classes.names[Int(first[row])], classes.names[Int(second[row])])
            }
        }
        /// The first output of a row that has changed beyond what is borne.
        func place(_ row: Int) -> Int? {
            (row * before.columns..<(row + 1) * before.columns).first { place in
                guard let tolerance else { return !after.agrees(with: before, at: place, within: 1e-6) }
                return !(after.distance(from: before, at: place) <= Float(tolerance))
            }
        }
        let wrong = (0..<before.rows).filter { place($0) != nil }
        return problem(in: wrong) { row in
            let place = place(row) ?? 0
            let name = outputNames[place % max(before.columns, 1)]
            let (old, new) = (shortened(Double(before.values[place])), shortened(Double(after.values[place])))
            return text("\(name) \(old)", new)
        }
    }

    private func direction(
        _ rows: BehaviourRows,
        _ column: String,
        _ step: Double,
        _ output: String,
        isUp: Bool,
        isStrict: Bool
    ) async throws -> String? {
        let increased: BehaviourRows
        switch rows.increasing(column, by: step) {
        case .success(let rows): increased = rows
        case .failure(let fault):
            let known = columns.numbers.union(columns.texts).sorted()
            throw behaviour.node.error(
                "`increase`: expected a number in `\(column)` of row \(fault.row + 1), found \(fault.found)",
                hints: known.contains(column)
                    ? ["give it a number in the row, or under `defaults:`"]
                    : NearestWord.find(column, in: known).map { ["did you mean `\($0)`?"] } ?? []
            )
        }
        let before = try await self.column(output, for: rows)
        let after = try await self.column(output, for: increased)
        let wrong = before.indices.filter { row in
            let change = isUp ? after[row] - before[row] : before[row] - after[row]
            return isStrict ? change <= 0 : change < 0
        }
        return problem(in: wrong) { row in
            "\(output) goes from \(shortened(before[row])) to \(shortened(after[row])) "
                + "when \(column) is \(shortened(step)) more"
        }
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

    /// What is wrong with the first of some rows, and how many there are; `nil` when there is none.
    private func problem(in rows: [Int], _ text: (Int) -> String) -> String? {
        guard let first = rows.first else { return nil }
        let others = rows.count == 1 ? "" : " and \(rows.count - 1) more"
        return "row \(first + 1)\(others): \(text(first))"
    }
}

/// Asking the model.
extension BehaviourJudge {
    private func outputs(for rows: BehaviourRows) async throws -> Matrix {
        let folder = try TemporaryFolder(in: workspace)
        let path = "\(folder.path)/rows.jsonl"
        try rows.write(to: path)
        do {
            return try await predictor.outputs(for: predictor.reader(of: path), cancellation: cancellation)
                .withAllClasses(predictor.classes)
        } catch let error as DatasetError where error.place.source == path {
            // The rows stand in the case; nobody has seen the file.
            let row = error.place.row.map { ", row \($0)" } ?? ""
            let column = error.place.column.map { ", column `\($0)`" } ?? ""
            throw behaviour.node.error(
                "the case `\(behaviour.name)`\(row)\(column): \(error.message)",
                hints: error.hints + ["what all rows have in common can stand under `defaults:`"]
            )
        }
    }

    /// What the numbers of an answer are called: `p_<class>`, `y_pred`, `y_pred_0`, `score`.
    private var outputNames: [String] { predictor.outputKind.outputNames }

    /// One number of each answer, by its name.
    private func column(_ name: String, for rows: BehaviourRows) async throws -> [Double] {
        guard let place = outputNames.firstIndex(of: name) else {
            throw behaviour.node.error(
                "the model has no output `\(name)`",
                hints: ["its outputs are: \(outputNames.prefix(20).joined(separator: ", "))"]
            )
        }
        let outputs = try await outputs(for: rows)
        return stride(from: place, to: outputs.values.count, by: outputs.columns).map { Double(outputs.values[$0]) }
    }
}
