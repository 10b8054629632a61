internal import Support

/// Reads a table of predictions from a CSV file.
struct PredictionTableReader {
    private let path: String
    private let format: CSVFormat
    private let columns: PredictionColumns

    /// Looks at the header of a file.
    init(path: String, task: LearningTask?) throws {
        // Nothing stands for a missing value: what is not there cannot be judged.
        let delimiter = try CSVFormat.detected(in: path).delimiter
        format = CSVFormat(delimiter: Unicode.Scalar(delimiter), missing: MissingMarkers([]))
        self.path = path
        let header = try CSVRowReader(path: path, format: format, hasProject: false).header
        columns = try PredictionColumns(header, source: path, task: task)
        if columns.right.width > 1, task == .classification {
            throw DatasetError(
                .init(path),
                "expected one class per row, found \(columns.right.width) columns of right answers",
                kind: .usage,
                hint: "several numbers per row are a regression"
            )
        }
    }

    /// The table; without a `task` its content says what it is about.
    func table(_ task: LearningTask?) throws -> PredictionTable {
        if task == .regression { return try numbers(readNumbers()) }
        if task == .classification || !columns.classes.isEmpty { return try classes() }
        let read: (CSVRowReader, RawRows)
        do {
            read = try readNumbers()
        } catch let error as DatasetError where isAnswer(error.place.column) && columns.right.width == 1 {
            // What is no number may be the name of a class, but not beside 0.25.
            return try classes(refusingDecimals: error)
        }
        let numbers = try numbers(read)
        guard let found = numbers.differentWholeNumbers else { return numbers }
        if found > PredictionTable.fewNumbers {
            return numbers.adding(
                note: "y_true and y_pred hold more than \(PredictionTable.fewNumbers) different whole numbers: judged "
                    + "as a regression (--task classification judges them as classes)"
            )
        }
        return try classes().adding(
            note: "y_true and y_pred hold \(found == 1 ? "one whole number" : "\(found) different whole numbers"): "
                + "judged as classes (--task regression judges them as numbers)"
        )
    }

    private func isAnswer(_ column: String?) -> Bool {
        column == columns.right.valueNames[0] || column == columns.said?.valueNames[0]
    }

    private func open() throws -> CSVRowReader { try CSVRowReader(path: path, format: format, hasProject: false) }

    /// Reads right and given answers as numbers.
    private func readNumbers() throws -> (CSVRowReader, RawRows) {
        let reader = try open()
        try reader.select([columns.right, columns.said, columns.weight].compactMap { $0 })
        return (reader, try reader.readAll())
    }

    private func numbers(_ read: (reader: CSVRowReader, rows: RawRows)) throws -> PredictionTable {
        try read.reader.namingLines {
            for column in read.rows.columns.prefix(2) { try checkFinite(column) }
            return PredictionTable(
                answers: .values(
                    right: read.rows.columns[0].numbers(),
                    said: read.rows.columns[1].numbers(),
                    width: columns.right.width
                ),
                weights: try weights(read.rows),
                notes: notes
            )
        }
    }

    /// Reads right and given answers as names of classes, and their probabilities.
    ///
    /// With `fault` given, names that are decimals throw it: they are numbers, with something among them that is none.
    private func classes(refusingDecimals fault: DatasetError? = nil) throws -> PredictionTable {
        let reader = try open()
        let labels = [columns.right, columns.said].compactMap { $0.map { Field($0.name, .text, shape: $0.shape) } }
        let scores = columns.classes.map { Field(PredictionColumns.name(ofClass: $0), .number) }
        try reader.select(labels + scores + (columns.weight.map { [$0] } ?? []))
        let rows = try reader.readAll()
        return try reader.namingLines {
            let texts = zip(labels, rows.columns).compactMap { field, column -> LabelColumns.Column? in
                guard case .text(let texts) = column.values else { return nil }
                return LabelColumns.Column(name: field.valueNames[0], texts: texts)
            }
            let found = try LabelColumns(texts, source: path, given: columns.classes).coded(refusingDecimals: fault)
            let scores = rows.columns[labels.count..<labels.count + scores.count]
            return PredictionTable(
                answers: .classes(
                    PredictedClasses(
                        names: found.names,
                        right: found.codes[0],
                        said: found.codes.count > 1 ? found.codes[1] : nil,
                        probabilities: scores.isEmpty ? nil : try ProbabilityColumns(scores, source: path).joined()
                    )
                ),
                weights: try weights(rows),
                notes: notes
            )
        }
    }

    private var notes: [String] {
        columns.ignored.isEmpty ? [] : ["ignored columns: \(DatasetError.list(columns.ignored))"]
    }

    private func checkFinite(_ column: RawColumn) throws {
        let values = column.numbers()
        guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
        let width = column.field.width
        throw DatasetError(
            .init(path, row: bad / width + 1, column: column.field.valueNames[bad % width]),
            "expected a number, found \(values[bad].isNaN ? "NaN" : "infinity")",
            hint: "correct the value, or remove the row"
        )
    }

    private func weights(_ rows: RawRows) throws -> [Double]? {
        try columns.weight.flatMap { rows.column($0.name) }?.tableWeights(path)
    }
}

extension RawColumn {
    /// The numbers as what each row of a table of predictions counts.
    ///
    /// - Throws: ``DatasetError`` for a weight that is missing, below zero or infinite, and when all are zero.
    func tableWeights(_ path: String) throws -> [Double] {
        let weights = numbers()
        if let bad = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw DatasetError(
                .init(path, row: bad + 1, column: field.name),
                "expected a weight of 0 or more, found \(weights[bad])",
                hint: "correct the value, or remove the row"
            )
        }
        guard weights.contains(where: { $0 > 0 }) else {
            throw DatasetError(
                .init(path, column: field.name),
                "expected a weight above 0 in at least one row, found only 0",
                hint: "a row of weight 0 does not count"
            )
        }
        return weights
    }
}

extension PredictionTable {
    /// Reads a table with the columns `y_true`, `y_pred`, `p_<class>` and `weight`, of which some may be missing.
    ///
    /// Without a `task` the table decides: `score` beside `anomaly` is what an anomaly task gives; probabilities, texts, and
    /// few different whole numbers are classes; other numbers are a regression. `normal` is the class of the normal rows of
    /// an anomaly task.
    ///
    /// - Throws: ``DatasetError`` with line, row and column for anything that cannot be judged.
    package init(path: String, task: LearningTask? = nil, normal: String? = nil) throws {
        if task == nil || task == .anomaly {
            let reader = try ScoreTableReader(path: path, normal: normal)
            if task == .anomaly || reader.areScores {
                self = try reader.table()
                return
            }
        }
        self = try PredictionTableReader(path: path, task: task).table(task)
    }

    fileprivate func adding(note: String) -> Self { Self(answers: answers, weights: weights, notes: notes + [note]) }

    /// How many different numbers stand in a row or were said for one, if all are whole; counted up to a few.
    fileprivate var differentWholeNumbers: Int? {
        guard case .values(let right, let said, width: 1) = answers else { return nil }
        var found: Set<Double> = []
        for values in [right, said] {
            for value in values {
                if value != value.rounded() { return nil }
                if found.count <= PredictionTable.fewNumbers { found.insert(value) }
            }
        }
        return found.count
    }
}
