/// A project's data as they stand in their source, for models that make features of their own.
extension DatasetDescription {
    /// What a raw row of a source consists of: every column but the target, what is ignored, and what rows are dealt out
    /// by; as text, so that nothing is lost on the way.
    package func rawFields(of source: DataSource) throws -> [Field] {
        guard let table = source.table, let reader = try source.tableReader() else {
            if case .synthetic(let synthetic) = source {
                return [Field(Field.inputs, .number, shape: [synthetic.inputs])]
            }
            return try source.inputReader()?.fields ?? []
        }
        let patterns = features.ignored.map { NamePattern($0) }
        let left = reader.header.filter { name in
            !(table.target.map { name.utf8.elementsEqual($0.utf8) } ?? false) && name != split.grouping?.column
                && !patterns.contains { $0.matches(name) }
        }
        guard !left.isEmpty else { throw DatasetError(.init(reader.source), "no column is left to learn from") }
        return left.map { Field($0, .text) }
    }

    /// The classes: those that are given, else those of the training data; `nil` for a regression.
    package func rawClasses(_ fields: [Field]) throws -> ClassNames? {
        guard task == .classification else { return nil }
        if let classes { return try ClassNames(classes) }
        let labeled = try train.load(fields, task: task)
        return try train.classes(of: labeled.targets)
    }
}
