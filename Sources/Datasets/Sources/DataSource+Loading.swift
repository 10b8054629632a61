internal import Support

extension DataSource {
    /// Reads the given fields of all rows, with their targets and the columns beside them.
    ///
    /// Raw rows of arrays that take more than `memoryLimit` bytes lie in a file; those of tables do so early.
    func load(
        _ fields: [Field],
        task: LearningTask,
        side: SideColumns = SideColumns(),
        memoryLimit: Int = FeatureRows.usualLimit / 4
    ) throws -> LabeledSource {
        if let table, let reader = try tableReader() {
            return try loadTable(reader, fields, target: table.target, task: task, side: side)
        }
        if let name = side.names.first {
            throw DatasetError(.init("data"), "only a table has columns, such as `\(name)`")
        }
        if case .recordings(let path) = self {
            return try loadRecordings(path, fields, task: task, memoryLimit: memoryLimit)
        }
        if case .synthetic(let source) = self {
            guard source.task == task else {
                throw DatasetError(
                    .init("synthetic"),
                    "the data is for \(source.task.rawValue), and the task is \(task.rawValue)"
                )
            }
            let (rows, targets) = try source.generate(field: fields[0].name)
            return LabeledSource(rows: RowStore(rows), fields: 1, targets: targets, grouping: nil)
        }
        guard let inputs = try inputReader(as: fields[0]) else {
            preconditionFailure("a source is a table, made up, pictures or arrays")
        }
        if case .folder(let path, _) = self {
            guard task == .classification else {
                throw DatasetError(.init(path), "pictures in folders have classes, and the task is \(task.rawValue)")
            }
            let classes = TextColumn(try ClassFolder(path, of: .pictures).classes())
            let rows = try RowStore(inputs, memoryLimit: memoryLimit)
            return LabeledSource(rows: rows, fields: 1, targets: .text(classes), grouping: nil)
        }
        guard let targets = try targetReader() else { preconditionFailure("arrays of inputs have one of targets") }
        return try join(try RowStore(inputs, memoryLimit: memoryLimit), try targets.readAll(), task: task)
    }

    /// Puts rows and targets of two files together; a class must be a whole number.
    private func join(_ rows: RowStore, _ targets: RawRows, task: LearningTask) throws -> LabeledSource {
        guard rows.count == targets.count else {
            throw DatasetError.unequalLengths((targetPlace.source, targets.count), (inputName, rows.count))
        }
        let column = targets.columns[0]
        let width = column.field.width
        let numbers = column.numbers()
        func labeled(_ targets: RawTargets) -> LabeledSource {
            LabeledSource(rows: rows, fields: 1, targets: targets, grouping: nil)
        }
        if task == .regression { return labeled(.numbers(numbers, width: width)) }
        guard width == 1 else {
            throw DatasetError(
                targetPlace,
                "expected one label per row, found \(width) numbers",
                hint: "give the number of the class, not a vector with a one at its place"
            )
        }
        let labels = try numbers.enumerated().map { row, number in
            guard let label = Int(exactly: number) else {
                throw DatasetError(
                    .init(targetPlace.source, row: row + 1),
                    "expected the number of a class, found \(number)"
                )
            }
            return label
        }
        return labeled(.integers(labels))
    }
}

extension CSVRowReader {
    /// The line on which a row of data begins, for a message; `nil` when the file cannot be read again.
    static func line(ofRow row: Int, path: String, format: CSVFormat) -> Int? {
        guard var scanner = try? CSVScanner(path: path, format: format) else { return nil }
        for _ in 0...row { guard (try? scanner.next()) == true else { return nil } }
        return scanner.line
    }
}
