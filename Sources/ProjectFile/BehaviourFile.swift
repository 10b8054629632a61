internal import Support

/// Cases of behaviour that a model must show: a file such as `tests/behaviour.yaml`.
package struct BehaviourFile: Sendable {
    /// A value in a row: `nil` for one that is missing.
    package typealias Row = [(column: String, value: String?)]

    /// What is put to the model.
    package enum Rows: Sendable {
        case given([Row])
        /// A table beside the project file, CSV or JSON lines.
        case table(String)
    }

    /// What must hold for every row of a case.
    package enum Requirement: Sendable {
        /// The answer is this class, or this number within a tolerance; one for all rows, or one for each.
        case answers([String], tolerance: Double?)
        /// An output lies within bounds.
        case output(String, atLeast: Double?, atMost: Double?)
        /// The answer stays the same whatever these columns hold; probabilities and numbers within a tolerance.
        case invariance([(column: String, values: [String])], tolerance: Double?)
        /// An output moves as it should when a number is increased.
        case direction(column: String, by: Double, output: String, isUp: Bool, isStrict: Bool)
        /// So many rows are answered in so many milliseconds.
        case latency(milliseconds: Double)
    }

    /// One case.
    package struct Case: Sendable {
        package let name: String
        package let rows: Rows
        package let requirement: Requirement
        package let node: ProjectNode
    }

    package let cases: [Case]

    /// Reads the file at `path`, called `shown` in messages; throws ``ProjectError`` with the line.
    package static func read(_ path: String, shownAs shown: String) throws -> BehaviourFile {
        let bytes = try FileSystem.read(path, limit: 1 << 24)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProjectError(file: shown, line: nil, "the file is not UTF-8")
        }
        return try BehaviourFile(YAML.parse(text, file: shown))
    }

    private init(_ root: ProjectNode) throws(ProjectError) {
        var section = try root.section()
        let defaults = try section.optional("defaults").map { (node) throws(ProjectError) in try BehaviourFile.row(node)
        }
        cases = try section.required("cases").list().map { (node) throws(ProjectError) in
            try BehaviourFile.behaviour(node, defaults ?? [])
        }
        var names: Set<String> = []
        for behaviour in cases where !names.insert(behaviour.name).inserted {
            throw behaviour.node.error(
                "two cases are called `\(behaviour.name)`",
                hints: ["a name of its own tells which of them fails"]
            )
        }
        try section.finish()
    }

    private static func behaviour(_ node: ProjectNode, _ defaults: Row) throws(ProjectError) -> Case {
        var section = try node.section()
        let name = try section.required("name").string()
        let rows = try rows(section.required("rows"), defaults)
        let tolerance = try section.optional("tolerance")?.number(in: 0...1e12)
        var found: [Requirement] = []
        if let expect = section.optional("expect") { found.append(contentsOf: try expectation(expect, tolerance)) }
        if let change = section.optional("invariant_to") {
            found.append(.invariance(try columns(change), tolerance: tolerance))
        }
        if let increase = section.optional("increase") {
            found.append(try direction(increase, section.required("expect_change")))
        }
        if let latency = section.optional("latency") {
            var inner = try latency.section()
            found.append(.latency(milliseconds: try milliseconds(inner.required("at_most"))))
            try inner.finish()
        }
        try section.finish()
        guard found.count == 1, let requirement = found.first else {
            throw node.error(
                "the case `\(name)`: expected one of expect, invariant_to, increase with expect_change, latency",
                hints: ["make a case of its own for each thing that must hold"]
            )
        }
        return Case(name: name, rows: rows, requirement: requirement, node: node)
    }

    private static func rows(_ node: ProjectNode, _ defaults: Row) throws(ProjectError) -> Rows {
        if case .mapping = node.content {
            var section = try node.section()
            for key in ["csv", "jsonl"] {
                guard let file = section.optional(key) else { continue }
                let path = try file.string()
                try section.finish()
                return .table(path)
            }
            return .given([try row(node, over: defaults)])
        }
        let rows = try node.list().map { (node) throws(ProjectError) in try row(node, over: defaults) }
        guard !rows.isEmpty else { throw node.error("`\(node.path)`: expected at least one row") }
        return .given(rows)
    }

    private static func row(_ node: ProjectNode, over defaults: Row = []) throws(ProjectError) -> Row {
        var section = try node.section()
        let own = try section.all().map { (entry) throws(ProjectError) -> (column: String, value: String?) in
            let text = try entry.value.text()
            return (entry.key, text.isEmpty || text == "null" || text == "~" ? nil : text)
        }
        return defaults.filter { entry in !own.contains { $0.column == entry.column } } + own
    }

    private static func expectation(
        _ node: ProjectNode,
        _ tolerance: Double?
    ) throws(ProjectError) -> [Requirement] {
        switch node.content {
        case .scalar: return [.answers([try node.string()], tolerance: tolerance)]
        case .list: return [.answers(try node.strings(), tolerance: tolerance)]
        case .mapping:
            var section = try node.section()
            return try section.all().map { (entry) throws(ProjectError) in
                var bounds = try entry.value.section()
                let requirement = Requirement.output(
                    entry.key,
                    atLeast: try bounds.optional("at_least")?.number(),
                    atMost: try bounds.optional("at_most")?.number()
                )
                try bounds.finish()
                return requirement
            }
        }
    }

    private static func columns(_ node: ProjectNode) throws(ProjectError) -> [(column: String, values: [String])] {
        var section = try node.section()
        return try section.all().map { (entry) throws(ProjectError) in
            let values = try entry.value.strings()
            guard !values.isEmpty else { throw entry.value.error("`\(entry.value.path)`: expected values to try") }
            return (entry.key, values)
        }
    }

    /// `increase: {vibration: 2}` with `expect_change: {p_yes: up}`.
    private static func direction(_ node: ProjectNode, _ change: ProjectNode) throws(ProjectError) -> Requirement {
        let (column, step) = try node.wordWithOptions()
        let (output, word) = try change.wordWithOptions()
        guard let step, let word else {
            throw node.error(
                "`increase` needs a column with a number, and `expect_change` an output with a direction",
                hints: ["for example: increase: {vibration: 2}, expect_change: {p_yes: up}"]
            )
        }
        let direction = try word.word(of: ["up", "down", "not_up", "not_down"])
        return .direction(
            column: column,
            by: try step.number(),
            output: output,
            isUp: direction == "up" || direction == "not_down",
            isStrict: direction == "up" || direction == "down"
        )
    }

    /// `5ms`, `0.2s`.
    private static func milliseconds(_ node: ProjectNode) throws(ProjectError) -> Double {
        let text = try node.string()
        let units = [("ms", 1.0), ("s", 1000.0)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            if let number = Double(text.dropLast(unit.count)), number > 0, number < 1e9 { return number * factor }
        }
        throw node.error("`\(node.path)`: expected a time such as 5ms or 0.2s, found `\(text)`")
    }
}
