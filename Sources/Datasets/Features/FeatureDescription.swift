/// The features that a project asks for.
package struct FeatureDescription: Codable, Sendable, Hashable {
    /// The steps of the columns that a pattern names, applied one after the other.
    package struct Rule: Codable, Sendable, Hashable {
        /// A name, or a name with `*` for any text.
        package let pattern: String
        /// Without a step, numbers are passed on as they are.
        package let steps: [TransformDescription]

        package init(_ pattern: String, _ steps: [TransformDescription]) {
            self.pattern = pattern
            self.steps = steps
        }
    }

    /// The rules, of which the first that names a column counts; without any, every column is used as numbers.
    package let rules: [Rule]
    /// The columns that are not read: names, or patterns with `*`.
    package let ignored: [String]

    package init(_ rules: [Rule] = [], ignored: [String] = []) {
        self.rules = rules
        self.ignored = ignored
    }
}

extension FeatureDescription {
    /// The steps of a field, which must fit each other.
    func steps(of field: String) throws -> [TransformDescription] {
        let steps = rules.first { NamePattern($0.pattern).matches(field) }?.steps ?? []
        for (index, step) in steps.enumerated() where index > 0 && step.input == .text {
            throw DatasetError(
                .init("features", column: field),
                "\(step.name) takes text, and follows \(steps[index - 1].name)",
                hint: "put \(step.name) first"
            )
        }
        return steps
    }

    /// What the rows of a source consist of, in its own order, with the kinds that the features need.
    func fields(of source: DataSource) throws -> [Field] {
        let fields: [Field]
        switch source {
        case .csv(let path, let format, let target):
            let header = try CSVRowReader(path: path, format: format).header
            return try tableFields(header: header, path: path, target: target)
        case .idx(let images, _): fields = try IDXReader(path: images).fields
        case .npy(let inputs, _): fields = try NPYRowReader(path: inputs).fields
        case .synthetic(let source): fields = [Field(Field.inputs, .number, shape: [source.inputs])]
        }
        try checkThatPatternsName(fields.map(\.name), place: .init("features"))
        guard try steps(of: fields[0].name).first?.input != .text else {
            throw DatasetError(.init("features", column: fields[0].name), "one_hot takes text, and these are numbers")
        }
        return fields
    }

    /// Every pattern must name a column, or it is a mistake.
    private func checkThatPatternsName(_ names: [String], place: DatasetError.Place) throws {
        for pattern in ignored + rules.map(\.pattern) where !names.contains(where: NamePattern(pattern).matches) {
            throw DatasetError.unknownColumn(place, pattern, known: names)
        }
    }

    private func tableFields(header: [String], path: String, target: String) throws -> [Field] {
        guard header.contains(where: { $0.utf8.elementsEqual(target.utf8) }) else {
            throw DatasetError.unknownColumn(.init(path), target, known: header)
        }
        try checkThatPatternsName(header, place: .init(path))
        let fields = try header.compactMap { name in try field(name, path: path, target: target) }
        guard !fields.isEmpty else { throw DatasetError(.init(path), "no column is left to learn from") }
        return fields
    }

    /// The field of a column; `nil` for the target and for what is ignored.
    private func field(_ name: String, path: String, target: String) throws -> Field? {
        let isTarget = name.utf8.elementsEqual(target.utf8)
        let isIgnored = ignored.contains { NamePattern($0).matches(name) }
        let isNamed = rules.contains { $0.pattern.utf8.elementsEqual(name.utf8) }
        if isNamed, isTarget || isIgnored {
            throw DatasetError(
                .init("features", column: name),
                "the column is a feature, and it is \(isTarget ? "the target" : "ignored") as well"
            )
        }
        if isTarget || isIgnored { return nil }
        guard rules.isEmpty || rules.contains(where: { NamePattern($0.pattern).matches(name) }) else {
            throw DatasetError(
                .init(path, column: name),
                "the column is neither a feature nor ignored",
                hint: "list it under features: or under ignore:"
            )
        }
        return Field(name, try steps(of: name).first?.input ?? .number)
    }
}

/// A name in which `*` stands for any text, compared byte by byte.
struct NamePattern {
    private let pieces: [[UInt8]]

    init(_ pattern: String) {
        pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }

    func matches(_ name: String) -> Bool {
        var rest = Array(name.utf8)[...]
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
            return pieces.first.map { $0[...] == rest } ?? false
        }
        guard rest.starts(with: first), rest.count >= first.count + last.count else { return false }
        rest = rest.dropFirst(first.count)
        guard rest.suffix(last.count) == last[...] else { return false }
        rest = rest.dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() {
            guard
                let start = rest.indices.first(where: { rest[$0...].starts(with: piece) })
                    ?? (piece.isEmpty ? rest.startIndex : nil)
            else { return false }
            rest = rest[(start + piece.count)...]
        }
        return true
    }
}
