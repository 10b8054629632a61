package import Images

/// What is to be done to the size of pictures.
package enum PictureSize: Sendable {
    /// Stretched or shrunk to this size.
    case resize(height: Int, width: Int)
    /// The middle of them.
    case crop(height: Int, width: Int)
}

/// The features that a project asks for.
package struct FeatureDescription: Codable, Sendable, Hashable {
    /// The steps of the columns that a pattern names, applied one after the other.
    package struct Rule: Codable, Sendable, Hashable {
        /// A name, or a name with `*` for any text.
        package let pattern: String
        /// Without a step, numbers are passed on as they are.
        package let steps: [TransformDescription]
        /// What is done to the size of pictures first; `nil` for nothing.
        package let geometry: ImageGeometry?

        package init(_ pattern: String, _ steps: [TransformDescription], sizes: [PictureSize] = []) {
            self.pattern = pattern
            self.steps = steps
            geometry =
                sizes.isEmpty
                ? nil
                : ImageGeometry(
                    sizes.map { size in
                        switch size {
                        case .resize(let height, let width): .resize(height: height, width: width)
                        case .crop(let height, let width): .crop(height: height, width: width)
                        }
                    }
                )
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
        var isText = FeatureDescription.kind(of: steps) == .text
        for (index, step) in steps.enumerated() {
            if step.input == .text, !isText {
                throw DatasetError(
                    .init("features", column: field),
                    "\(step.name) takes text, and follows \(steps[index - 1].name)",
                    hint: "put \(step.name) first"
                )
            }
            if step.input == .number, isText {
                throw DatasetError(
                    .init("features", column: field),
                    "\(step.name) takes numbers, and the column is text before \(steps.last { $0.input == .text }?.name ?? "")",
                    hint: "put what makes numbers of the text before it"
                )
            }
            if step.input == .text { isText = false }
        }
        guard steps.count(where: { $0.name == "impute" }) <= 1 else {
            throw DatasetError(.init("features", column: field), "impute stands twice in the chain")
        }
        return steps
    }

    /// Whether the rows of windows are features one by one, and not the windows as a whole.
    ///
    /// - Throws: ``DatasetError`` where some columns are one way, and others the other.
    func takesSteps(of fields: [Field]) throws -> Bool {
        let whole = try fields.filter { field in try steps(of: field.name).contains { $0.takesWholeRow } }
        guard let first = whole.first else { return fields.contains { $0.window != nil } }
        if whole.count < fields.count, fields.contains(where: { $0.window != nil }) {
            let other = fields.first { field in !whole.contains(field) }
            throw DatasetError(
                .init("features", column: other?.name),
                "the rows of the windows are features one by one, and column `\(first.name)` is summed up over them",
                hint: "give statistics to every column, or to none"
            )
        }
        return false
    }

    /// What a chain takes: text, when one of its steps does.
    static func kind(of steps: [TransformDescription]) -> Field.Kind {
        steps.contains { $0.input == .text } ? .text : .number
    }

    /// What the rows of a source consist of, in its own order, with the kinds that the features need.
    ///
    /// The rows of an anomaly task need not have a target.
    func fields(
        of source: DataSource,
        side: SideColumns = SideColumns(),
        needsTarget: Bool = true
    ) throws -> [Field] {
        let fields: [Field]
        if let table = source.table, let reader = try source.tableReader() {
            return try tableFields(
                header: reader.header,
                path: reader.source,
                target: table.target,
                side: side,
                needsTarget: needsTarget
            )
        } else if case .synthetic(let source) = source {
            fields = [Field(Field.inputs, .number, shape: [source.inputs])]
        } else if case .recordings(let path) = source {
            fields = try RecordingReader(ClassFolder(path, of: .recordings)).fields
        } else {
            fields = try source.inputReader()?.fields.map { try changed($0, of: source) } ?? []
        }
        try checkThatPatternsName(fields.map(\.name), place: .init("features"))
        if let step = try steps(of: fields[0].name).first(where: { $0.input == .text }) {
            throw DatasetError(
                .init("features", column: fields[0].name),
                "\(step.name) takes text, and these are numbers"
            )
        }
        return fields
    }

    /// The field of pictures after what is to be done to their size.
    private func changed(_ field: Field, of source: DataSource) throws -> Field {
        guard let geometry = rules.first(where: { NamePattern($0.pattern).matches(field.name) })?.geometry else {
            return field
        }
        return try field.changed(by: geometry, source: source.inputName)
    }

    /// Every pattern must name a column, or it is a mistake.
    private func checkThatPatternsName(_ names: [String], place: DatasetError.Place) throws {
        for pattern in ignored + rules.map(\.pattern) where !names.contains(where: NamePattern(pattern).matches) {
            throw DatasetError.unknownColumn(place, pattern, known: names)
        }
    }

    private func tableFields(
        header: [String],
        path: String,
        target: String?,
        side: SideColumns,
        needsTarget: Bool
    ) throws -> [Field] {
        for name in (needsTarget ? [target].compactMap { $0 } : []) + side.names {
            guard header.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                throw DatasetError.unknownColumn(.init(path), name, known: header)
            }
        }
        if let target, side.weights == target {
            throw DatasetError(.init("data"), "the target `\(target)` cannot be the weight of its rows")
        }
        if let weights = side.weights, side.possibleFeatures.contains(weights) {
            throw DatasetError(
                .init("data"),
                "the column `\(weights)` cannot be the weight of the rows, and what they are dealt out or cut by as well"
            )
        }
        if let target, side.window?.columns.contains(target) == true {
            throw DatasetError(.init("windows"), "windows cannot be cut by the target `\(target)`")
        }
        if let target, side.grouping == target {
            throw DatasetError(.init("split"), "the rows cannot be dealt out by their target `\(target)`")
        }
        try checkThatPatternsName(header, place: .init(path))
        let fields = try header.compactMap { name in
            try field(name, path: path, target: target, side: side)
        }
        guard !fields.isEmpty else { throw DatasetError(.init(path), "no column is left to learn from") }
        return fields
    }

    /// The field of a column; `nil` for the target, for what is ignored, and for what rows are dealt out by or weighted
    /// with.
    private func field(_ name: String, path: String, target: String?, side: SideColumns) throws -> Field? {
        let isTarget = target.map { name.utf8.elementsEqual($0.utf8) } ?? false
        let isIgnored = ignored.contains { NamePattern($0).matches(name) }
        let isNamed = rules.contains { $0.pattern.utf8.elementsEqual(name.utf8) }
        let isWeight = name == side.weights
        // What the target was before is known when the future is asked about.
        if isTarget, let window = side.window, window.takesTarget, !isIgnored { return try feature(name, path: path) }
        if isNamed, isTarget || isIgnored || isWeight {
            let other = isTarget ? "the target" : isWeight ? "the weight of the rows" : "ignored"
            throw DatasetError(.init("features", column: name), "the column is a feature, and it is \(other) as well")
        }
        // What rows are dealt out by is a feature only when it is said to be one.
        if isTarget || isIgnored || isWeight || (side.possibleFeatures.contains(name) && !isNamed) { return nil }
        return try feature(name, path: path)
    }

    /// The field of a column that is a feature.
    private func feature(_ name: String, path: String) throws -> Field {
        guard rules.isEmpty || rules.contains(where: { NamePattern($0.pattern).matches(name) }) else {
            throw DatasetError(
                .init(path, column: name),
                "the column is neither a feature nor ignored",
                hint: "list it under features: or under ignore:"
            )
        }
        if rules.first(where: { NamePattern($0.pattern).matches(name) })?.geometry != nil {
            throw DatasetError(
                .init("features", column: name),
                "resize and crop are for pictures, and this is a column"
            )
        }
        return Field(name, FeatureDescription.kind(of: try steps(of: name)))
    }
}
