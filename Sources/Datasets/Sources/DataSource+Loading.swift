internal import Support

extension DataSource {
    /// Reads the given fields of all rows, with their targets and the columns beside them.
    ///
    /// Of an anomaly task the targets are 0 for rows of the class `normal`, and for rows without a label, and 1 for others.
    ///
    /// Raw rows of arrays that take more than `memoryLimit` bytes lie in a file; those of tables do so early.
    func load(
        _ fields: [Field],
        task: LearningTask,
        normal: String? = nil,
        side: SideColumns = SideColumns(),
        memoryLimit: Int = FeatureRows.usualLimit / 4
    ) throws -> LabeledSource {
        let labeled = try loadAsTheyStand(fields, task: task, side: side, memoryLimit: memoryLimit)
        return task == .anomaly ? try namingLines { try labeled.judged(by: normal, targetPlace) } : labeled
    }

    private func loadAsTheyStand(
        _ fields: [Field],
        task: LearningTask,
        side: SideColumns,
        memoryLimit: Int
    ) throws -> LabeledSource {
        if let table, let reader = try tableReader() {
            let target = try labelColumn(table.target, in: reader.header, task: task)
            return try loadTable(reader, fields, target: target, task: task, side: side)
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
            guard task != .regression else {
                throw DatasetError(.init(path), "pictures in folders have classes, and the task is \(task.rawValue)")
            }
            let folder = try ClassFolder(path, of: .pictures)
            let rows = try RowStore(inputs, memoryLimit: memoryLimit)
            if task == .anomaly, !folder.hasClasses { return LabeledSource(normal: rows, fields: 1) }
            let classes = TextColumn(try folder.classes())
            return LabeledSource(rows: rows, fields: 1, targets: .text(classes), grouping: nil)
        }
        let rows = try RowStore(inputs, memoryLimit: memoryLimit)
        guard let targets = try targetReader() else {
            guard task == .anomaly else { throw noTarget(task) }
            return LabeledSource(normal: rows, fields: 1)
        }
        return try join(rows, try targets.readAll(), task: task)
    }

    /// The column of the answers; `nil` where an anomaly task can do without, as all rows are normal.
    private func labelColumn(_ target: String?, in header: [String], task: LearningTask) throws -> String? {
        guard task == .anomaly else {
            guard let target else { throw noTarget(task) }
            return target
        }
        return target.flatMap { name in header.contains { $0.utf8.elementsEqual(name.utf8) } ? name : nil }
    }

    private func noTarget(_ task: LearningTask) -> DatasetError {
        DatasetError(.init(inputName), "\(task.phrase) needs the answers of its rows, and none are given")
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
