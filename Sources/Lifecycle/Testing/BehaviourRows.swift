internal import Datasets
internal import ProjectFile
internal import Support

/// Rows of behaviour cases, as a file that every model reads.
struct BehaviourRows {
    /// The rows, each with the columns that it names.
    private(set) var rows: [BehaviourFile.Row]

    /// The rows of a case; a table is read with its header, as text.
    init(_ rows: BehaviourFile.Rows, in directory: String) throws {
        switch rows {
        case .given(let rows): self.rows = rows
        case .csv(let path):
            let reader = try CSVRowReader(path: Path.resolve(path, in: directory))
            try reader.select(reader.header.map { Field($0, .text) })
            let table = try reader.readAll()
            self.rows = (0..<table.count).map { row in
                table.columns.map { column in
                    guard case .text(let texts) = column.values, !texts[row].isEmpty else {
                        return (column.field.name, nil)
                    }
                    return (column.field.name, String(decoding: texts[row], as: UTF8.self))
                }
            }
        }
    }

    /// The rows with another value in a column.
    func setting(_ column: String, to value: String) -> BehaviourRows {
        changing { name, old in name == column ? value : old }
    }

    /// The rows with a number added in a column; `nil` where it is none.
    func increasing(_ column: String, by step: Double) -> BehaviourRows? {
        var isNumber = true
        let changed = changing { name, old in
            guard name == column else { return old }
            guard let old, let number = TableNumber.parse(Array(old.utf8)[...]), number.isFinite else {
                isNumber = false
                return old
            }
            return "\(number + step)"
        }
        let hasColumn = rows.allSatisfy { row in row.contains { $0.column == column } }
        return isNumber && hasColumn ? changed : nil
    }

    private func changing(_ change: (_ column: String, _ old: String?) -> String?) -> BehaviourRows {
        var copy = self
        copy.rows = rows.map { row in row.map { ($0.column, change($0.column, $0.value)) } }
        return copy
    }

    /// Writes the rows as lines of JSON: what is a number goes in as one.
    func write(to path: String) throws {
        var bytes: [UInt8] = []
        for row in rows {
            var object: [String: BehaviourValue] = [:]
            for (column, value) in row { object[column] = BehaviourValue(value) }
            bytes += try JSON.encode(object, pretty: false) + [UInt8(ascii: "\n")]
        }
        try AtomicFile.write(bytes, to: path, durable: false)
    }
}

/// A value of a row as JSON.
private enum BehaviourValue: Encodable {
    case missing, number(Double), text(String)

    init(_ text: String?) {
        guard let text else {
            self = .missing
            return
        }
        let number = TableNumber.parse(Array(text.utf8)[...])
        // A name of digits such as 007 stays a name.
        let isName = text.count > 1 && text.hasPrefix("0") && text.allSatisfy(\.isNumber)
        self = number.flatMap { $0.isFinite && !isName ? .number($0) : nil } ?? .text(text)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .missing: try container.encodeNil()
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}
