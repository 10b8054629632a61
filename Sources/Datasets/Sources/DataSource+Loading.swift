internal import Support

extension DataSource {
    /// Reads the given fields of all rows, with their targets.
    func load(_ fields: [Field], task: LearningTask) throws -> LabeledRows {
        switch self {
        case .csv(let path, let format, let target):
            let reader = try CSVRowReader(path: path, format: format)
            return try loadTable(reader, fields, target: target, task: task)
        case .idx(let images, let labels):
            let rows = try IDXReader(path: images, field: fields[0].name).readAll()
            return try join(rows, try IDXReader(path: labels, field: "label").readAll(), task: task)
        case .npy(let inputs, let targets):
            let rows = try NPYRowReader(path: inputs, field: fields[0].name).readAll()
            return try join(rows, try NPYRowReader(path: targets, field: "target").readAll(), task: task)
        case .synthetic(let source):
            guard source.task == task else {
                throw DatasetError(
                    .init("synthetic"),
                    "the data is for \(source.task.rawValue), and the task is \(task.rawValue)"
                )
            }
            return try source.generate(field: fields[0].name)
        }
    }

    private func loadTable(_ reader: CSVRowReader, _ fields: [Field], target: String, task: LearningTask) throws
        -> LabeledRows
    {
        try reader.select(fields + [Field(target, task == .classification ? .text : .number)])
        let all = try reader.readAll()
        let rows = RawRows(count: all.count, columns: Array(all.columns.dropLast()))
        switch all.columns.last?.values {
        case .text(let column)?: return LabeledRows(rows: rows, targets: .text(column))
        case .doubles(let values)?: return LabeledRows(rows: rows, targets: .numbers(values, width: 1))
        default: preconditionFailure("a target is read as text or as a number")
        }
    }

    /// Puts rows and targets of two files together; a class must be a whole number.
    private func join(_ rows: RawRows, _ targets: RawRows, task: LearningTask) throws -> LabeledRows {
        guard rows.count == targets.count else {
            throw DatasetError.unequalLengths((files[1], targets.count), (files[0], rows.count))
        }
        let column = targets.columns[0]
        let width = column.field.width
        let numbers = column.numbers(of: 0..<targets.count)
        if task == .regression { return LabeledRows(rows: rows, targets: .numbers(numbers, width: width)) }
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
                    .init(files[1], row: row + 1),
                    "expected the number of a class, found \(number)"
                )
            }
            return label
        }
        return LabeledRows(rows: rows, targets: .integers(labels))
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
