internal import Support

/// Reads a table of what an anomaly task gives, from a CSV file: `score`, `anomaly` and `y_true`, of which only the first
/// must be there.
struct ScoreTableReader {
    private static let score = "score"
    private static let anomaly = "anomaly"
    /// What normal rows are called where nobody says it.
    private static let usualNormal = ["normal", "0", "0.0", "false", "no"]

    private let path: String
    private let format: CSVFormat
    private let header: [String]
    /// The class of the normal rows; `nil` for the usual names.
    private let normal: String?

    /// Looks at the header of a file.
    init(path: String, normal: String?) throws {
        let delimiter = try CSVFormat.detected(in: path).delimiter
        format = CSVFormat(delimiter: Unicode.Scalar(delimiter), missing: MissingMarkers([]))
        header = try CSVRowReader(path: path, format: format, hasProject: false).header
        self.path = path
        self.normal = normal
    }

    private func has(_ name: String) -> Bool { header.contains { $0.utf8.elementsEqual(name.utf8) } }

    /// Whether these columns are those of an anomaly task, and of nothing else.
    var areScores: Bool { has(Self.score) && has(Self.anomaly) && !has(PredictionColumns.said) }

    /// The table; without `y_true` all rows are taken for normal.
    func table() throws -> PredictionTable {
        guard has(Self.score) else {
            throw DatasetError(
                .init(path),
                "there is no column `\(Self.score)` with the scores",
                kind: .notFound,
                hint: "add it, or rename the one that holds them; the columns are: \(DatasetError.list(header))"
            )
        }
        let texts = [PredictionColumns.right, Self.anomaly].filter(has).map { Field($0, .text) }
        let weight = has(PredictionColumns.weight) ? Field(PredictionColumns.weight, .number) : nil
        let fields = [Field(Self.score, .number)] + texts + (weight.map { [$0] } ?? [])
        let reader = try CSVRowReader(path: path, format: format, hasProject: false)
        try reader.select(fields)
        let rows = try reader.readAll()
        guard rows.count > 0 else { throw DatasetError.noRows(path) }
        return try reader.namingLines {
            let scores = rows.columns[0].numbers()
            if let bad = scores.firstIndex(where: { !$0.isFinite }) {
                throw DatasetError(
                    .init(path, row: bad + 1, column: Self.score),
                    "expected a score, found \(scores[bad].isNaN ? "nothing" : "infinity")",
                    hint: "correct the value, or remove the row"
                )
            }
            let labels = try rows.column(PredictionColumns.right).map(labels)
            let scored = PredictedScores(
                names: [normal ?? Self.usualNormal[0], DatasetDescription.anomalous],
                labels: labels ?? [Int32](repeating: 0, count: rows.count),
                scores: scores,
                said: try rows.column(Self.anomaly).map(answers)
            )
            let known = Set(fields.map(\.name))
            let ignored = header.filter { !known.contains($0) }
            var notes = ignored.isEmpty ? [] : ["ignored columns: \(DatasetError.list(ignored))"]
            if labels == nil { notes.append("there is no column `y_true`: every row is taken for normal") }
            return PredictionTable(
                answers: .scores(scored),
                weights: try weight.flatMap { rows.column($0.name) }?.tableWeights(path),
                notes: notes
            )
        }
    }

    /// 0 for each normal row, 1 for the others.
    private func labels(_ column: RawColumn) throws -> [Int32] {
        let names = try texts(column)
        let usual = normal.map { [$0] } ?? Self.usualNormal
        guard names.contains(where: usual.contains) else {
            throw DatasetError(
                .init(path, column: PredictionColumns.right),
                "no row is of the class `\(usual[0])`",
                hint: "what is normal is called so, or 0; in a project as its data: {normal: NAME} says"
            )
        }
        return names.map { usual.contains($0) ? 0 : 1 }
    }

    /// 1 for each row that is said to be an anomaly.
    private func answers(_ column: RawColumn) throws -> [Int32] {
        try texts(column).enumerated().map { row, text in
            switch text.lowercased() {
            case "true", "1", "1.0": return 1
            case "false", "0", "0.0": return 0
            default:
                throw DatasetError(
                    .init(path, row: row + 1, column: Self.anomaly),
                    "expected true or false, found `\(text)`"
                )
            }
        }
    }

    private func texts(_ column: RawColumn) throws -> [String] {
        guard case .text(let texts) = column.values else { preconditionFailure("the column is read as text") }
        let names = texts.distinct.map { DatasetError.excerpt($0.bytes) }
        if let row = texts.codes.firstIndex(where: { names[Int($0)].isEmpty }) {
            throw DatasetError(
                .init(path, row: row + 1, column: column.field.name),
                "expected an answer, found nothing"
            )
        }
        return texts.codes.map { names[Int($0)] }
    }
}
