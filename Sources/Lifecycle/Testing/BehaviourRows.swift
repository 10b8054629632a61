internal import Datasets
internal import ModelPackage
internal import ProjectFile
internal import Support

/// Rows of behaviour cases, as a file that every model reads.
struct BehaviourRows {
    /// The rows, each with the columns that it names.
    private(set) var rows: [BehaviourFile.Row]
    private let columns: BehaviourColumns

    /// The rows of a case; a table is one as the model learned from.
    init(_ rows: BehaviourFile.Rows, in directory: String, for columns: BehaviourColumns) throws {
        self.columns = columns
        switch rows {
        case .given(let rows): self.rows = rows
        case .table(let path):
            let reader = try TableFile.reader(of: Path.resolve(path, in: directory), format: columns.format)
            try reader.select(reader.header.map { Field($0, columns.numbers.contains($0) ? .number : .text) })
            let table = try reader.readAll()
            self.rows = (0..<table.count).map { row in
                table.columns.map { ($0.field.name, BehaviourRows.value(of: $0, in: row)) }
            }
        }
    }

    private static func value(of column: RawColumn, in row: Int) -> String? {
        guard case .text(let texts) = column.values else {
            let number = column.numbers(of: [row])[0]
            return number.isNaN ? nil : "\(number)"
        }
        return texts[row].isEmpty ? nil : String(decoding: texts[row], as: UTF8.self)
    }

    /// The rows with another value in a column.
    func setting(_ column: String, to value: String) -> BehaviourRows {
        changing { name, old in name == column ? value : old }
    }

    /// The rows with a number added in a column; where a row has none, the place and what is there instead.
    func increasing(_ column: String, by step: Double) -> Result<BehaviourRows, BehaviourFault> {
        for (index, row) in rows.enumerated() {
            guard let value = row.first(where: { $0.column == column })?.value else {
                return .failure(BehaviourFault(row: index, column: column, found: "nothing"))
            }
            guard let number = TableNumber.parse(Array(value.utf8)[...]), number.isFinite else {
                return .failure(BehaviourFault(row: index, column: column, found: "`\(value)`"))
            }
        }
        return .success(
            changing { name, old in
                guard name == column, let old, let number = TableNumber.parse(Array(old.utf8)[...]) else { return old }
                return "\(number + step)"
            }
        )
    }

    private func changing(_ change: (_ column: String, _ old: String?) -> String?) -> BehaviourRows {
        var copy = self
        copy.rows = rows.map { row in row.map { ($0.column, change($0.column, $0.value)) } }
        return copy
    }

    /// Writes the rows as lines of JSON; columns that may be missing, and that no row names, are.
    func write(to path: String) throws {
        var bytes: [UInt8] = []
        for row in rows {
            var object: [String: BehaviourValue] = [:]
            for column in columns.optional { object[column] = .missing }
            for (column, value) in row { object[column] = columns.value(value, of: column) }
            bytes += try JSON.encode(object, pretty: false) + [UInt8(ascii: "\n")]
        }
        try AtomicFile.write(bytes, to: path, durable: false)
    }
}

/// A row without a number to increase.
struct BehaviourFault: Error {
    /// Counted from zero.
    let row: Int
    let column: String
    let found: String
}

/// What a model takes of a row.
struct BehaviourColumns {
    /// How tables are written that it learned from.
    let format: CSVFormat
    let numbers: Set<String>
    let texts: Set<String>
    /// Those that it puts something in where they are missing.
    let optional: Set<String>

    init(_ inputs: [Signature.Port], optional: [String], format: CSVFormat?) {
        self.format = format ?? CSVFormat()
        self.optional = Set(optional)
        numbers = Set(
            inputs.filter { $0.type != "string" }.flatMap { Field($0.name, .number, shape: $0.shape).valueNames }
        )
        texts = Set(inputs.filter { $0.type == "string" }.map(\.name))
    }

    /// A value as JSON: what is a number goes in as one, unless the model takes a text there.
    fileprivate func value(_ text: String?, of column: String) -> BehaviourValue {
        guard let text else { return .missing }
        guard !texts.contains(column), let number = TableNumber.parse(Array(text.utf8)[...]), number.isFinite else {
            return .text(text)
        }
        return .number(number)
    }
}

/// A value of a row as JSON.
private enum BehaviourValue: Encodable {
    case missing, number(Double), text(String)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .missing: try container.encodeNil()
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}
