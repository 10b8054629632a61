internal import Support

/// Reads the predictions of a program: a table with `p_<class>` for each class, or `y_pred`, in the order of the rows.
///
/// A column `row` is allowed, and must count from 0: predictions in another order are an error, not a guess.
package final class ProgramPredictions {
    /// How far the probabilities of a row may be from 1 together.
    private static let tolerance = 1e-3

    private let reader: CSVRowReader
    private let kind: PredictionKind
    private let answers: Answers
    private let hasRows: Bool
    private var rows = 0

    private enum Answers {
        case probabilities, classes, values
    }

    /// Opens the table of a model whose outputs are of a kind.
    package init(path: String, kind: PredictionKind) throws {
        let reader = try CSVRowReader(path: path)
        let header = Set(reader.header.map { ByteString($0) })
        func has(_ name: String) -> Bool { header.contains(ByteString(name)) }
        hasRows = has("row")
        let rowField = hasRows ? [Field("row", .number)] : []
        switch kind {
        case .values(let count):
            let names = count == 1 ? ["y_pred"] : (0..<count).map { "y_pred_\($0)" }
            for name in names where !has(name) {
                throw DatasetError.unknownColumn(.init(path), name, known: reader.header)
            }
            answers = .values
            try reader.select(rowField + names.map { Field($0, .number) })
        case .scores:
            throw DatasetError(.init(path), "a program does not answer for an anomaly task", kind: .usage)
        case .probabilities(let classes, _):
            let names = classes.names.map { "p_\($0)" }
            let missing = names.filter { !has($0) }
            let extra = reader.header.first { $0.hasPrefix("p_") && !names.contains($0) }
            if missing.isEmpty, extra == nil {
                answers = .probabilities
                try reader.select(rowField + names.map { Field($0, .number) })
            } else if has("y_pred"), missing.count == names.count, extra == nil {
                answers = .classes
                try reader.select(rowField + [Field("y_pred", .text)])
            } else {
                throw DatasetError(
                    .init(path, line: 1),
                    "expected the columns \(DatasetError.list(names)), found \(DatasetError.list(reader.header))",
                    hint: "write a probability for each class, or the class alone as y_pred"
                )
            }
        }
        self.reader = reader
        self.kind = kind
    }

    /// The next outputs, one row each; `nil` after the last.
    package func read(upTo limit: Int) throws -> Matrix? {
        guard let batch = try reader.read(upTo: limit) else { return nil }
        defer { rows += batch.count }
        var columns = batch.columns
        if hasRows {
            for (index, number) in columns.removeFirst().numbers().enumerated() where number != Double(rows + index) {
                throw error(
                    index,
                    "row",
                    "expected the prediction of row \(rows + index), found that of row \(number.shortest)",
                    "write the predictions in the order of the rows that were given"
                )
            }
        }
        switch answers {
        case .classes: return try oneHot(columns[0])
        case .probabilities, .values: return try numbers(columns)
        }
    }

    private func numbers(_ columns: [RawColumn]) throws -> Matrix {
        let count = columns[0].count
        var matrix = Matrix(rows: count, columns: columns.count)
        let values = columns.map { $0.numbers() }
        for row in 0..<count {
            var sum = 0.0
            for (index, column) in values.enumerated() {
                let value = column[row]
                let isRight = answers == .values ? Float(value).isFinite : (-1e-9...1 + 1e-6).contains(value)
                guard isRight else {
                    throw error(
                        row,
                        columns[index].field.name,
                        "expected a \(answers == .values ? "number" : "probability"), "
                            + "found \(value.isNaN ? "nothing" : "\(value)")",
                        "every row needs an answer"
                    )
                }
                sum += value
                matrix.values[row * columns.count + index] = Float(max(value, answers == .values ? value : 0))
            }
            if answers == .probabilities, abs(sum - 1) > Self.tolerance {
                throw error(
                    row,
                    nil,
                    "expected probabilities that are 1 together, found \(sum)",
                    "write a probability for each class"
                )
            }
        }
        return matrix
    }

    private func oneHot(_ column: RawColumn) throws -> Matrix {
        guard case .text(let texts) = column.values, case .probabilities(let classes, _) = kind else {
            preconditionFailure("classes are read as text")
        }
        let places = texts.distinct.map { text in classes.names.firstIndex { ByteString($0) == text } }
        var matrix = Matrix(rows: texts.count, columns: classes.names.count)
        for (row, code) in texts.codes.enumerated() {
            guard let place = places[Int(code)] else {
                throw error(
                    row,
                    "y_pred",
                    "the class `\(DatasetError.excerpt(texts[row]))` is none of the model's",
                    "the classes are: \(DatasetError.list(classes.names))"
                )
            }
            matrix.values[row * classes.names.count + place] = 1
        }
        return matrix
    }

    private func error(_ row: Int, _ column: String?, _ message: String, _ hint: String) -> DatasetError {
        DatasetError(
            .init(reader.source, line: reader.line(ofRow: rows + row + 1), row: rows + row + 1, column: column),
            message,
            hint: hint
        )
    }
}
