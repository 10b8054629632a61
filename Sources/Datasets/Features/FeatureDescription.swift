/// The features that a project asks for.
package struct FeatureDescription: Codable, Sendable, Hashable {
    /// The steps of one column, applied one after the other; none passes numbers on as they are.
    package struct Column: Codable, Sendable, Hashable {
        package let name: String
        package let steps: [TransformDescription]

        package init(_ name: String, _ steps: [TransformDescription]) {
            self.name = name
            self.steps = steps
        }
    }

    /// The columns that are used; when there are none, every column is used as numbers.
    package let columns: [Column]
    /// The columns that are not read.
    package let ignored: [String]

    package init(_ columns: [Column] = [], ignored: [String] = []) {
        self.columns = columns
        self.ignored = ignored
    }
}

extension FeatureDescription {
    /// The steps of a field, which must fit each other.
    func steps(of field: String) throws -> [TransformDescription] {
        let steps = columns.first { $0.name.utf8.elementsEqual(field.utf8) }?.steps ?? []
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
        for name in columns.map(\.name) + ignored where !name.utf8.elementsEqual(fields[0].name.utf8) {
            throw DatasetError.unknownColumn(.init("features"), name, known: fields.map(\.name))
        }
        guard try steps(of: fields[0].name).first?.input != .text else {
            throw DatasetError(.init("features", column: fields[0].name), "one_hot takes text, and these are numbers")
        }
        return fields
    }

    private func tableFields(header: [String], path: String, target: String) throws -> [Field] {
        let known = Set(header.map { ByteString($0) })
        for name in [target] + ignored + columns.map(\.name) where !known.contains(ByteString(name)) {
            throw DatasetError.unknownColumn(.init(path), name, known: header)
        }
        var listed: Set<ByteString> = []
        for name in [target] + ignored + columns.map(\.name) where !listed.insert(ByteString(name)).inserted {
            throw DatasetError(
                .init("features", column: name),
                "the column is given twice among target, ignored columns and features"
            )
        }
        let unused = Set(([target] + ignored).map { ByteString($0) })
        let fields = try header.filter { !unused.contains(ByteString($0)) }.map { name in
            guard columns.isEmpty || listed.contains(ByteString(name)) else {
                throw DatasetError(
                    .init(path, column: name),
                    "the column is neither a feature nor ignored",
                    hint: "list it under features: or under ignore:"
                )
            }
            return Field(name, try steps(of: name).first?.input ?? .number)
        }
        guard !fields.isEmpty else {
            throw DatasetError(.init(path), "no column is left to learn from")
        }
        return fields
    }
}
