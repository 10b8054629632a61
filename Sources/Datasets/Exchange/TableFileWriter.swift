internal import Support

/// Writes raw rows as a table that every tool reads: UTF-8, commas, a point before decimals, nothing where a value is
/// missing, and quotes where a text needs them.
struct TableFileWriter: ~Copyable {
    private let file: FileReplacement
    /// What stood before decimals where the rows come from.
    private let decimal: UInt8

    /// Begins a file with a header: the fields of the rows, and the target behind them.
    init(path: String, fields: [Field], target: String?, decimal: UInt8) throws {
        let file = try FileReplacement(of: path)
        let names = fields.flatMap(\.valueNames) + (target.map { [$0] } ?? [])
        try file.write(Array(names.map(CSVText.field).joined(separator: ",").utf8) + [UInt8(ascii: "\n")])
        self.file = file
        self.decimal = decimal
    }

    /// Writes rows, each with its target, if there is one.
    func write(_ rows: RawRows, targets: [String]?) throws {
        let columns = rows.columns.map { cells($0) }
        var bytes: [UInt8] = []
        for row in 0..<rows.count {
            for (index, column) in columns.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                column.append(row, &bytes)
            }
            if let targets { bytes += ",\(CSVText.field(targets[row]))".utf8 }
            bytes.append(UInt8(ascii: "\n"))
        }
        try file.write(bytes)
    }

    /// Puts the file in place.
    consuming func finish() throws { try file.commit(durable: false) }

    /// The values of a column, ready to be written.
    private enum Cells {
        case texts([[UInt8]], codes: [Int32])
        case numbers([Double], width: Int)

        func append(_ row: Int, _ bytes: inout [UInt8]) {
            switch self {
            case .texts(let texts, let codes): bytes += texts[Int(codes[row])]
            case .numbers(let numbers, let width):
                for index in 0..<width {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    let number = numbers[row * width + index]
                    if !number.isNaN { bytes += number.shortest.utf8 }
                }
            }
        }
    }

    private func cells(_ column: RawColumn) -> Cells {
        guard case .text(let texts) = column.values else {
            return .numbers(column.numbers(), width: column.field.width)
        }
        let written = (0..<texts.distinctCount).map { code -> [UInt8] in
            let text = texts.distinct(code)
            if decimal != UInt8(ascii: "."), DecimalNumber.parse(text.span, decimal: decimal) != nil {
                return text.map { $0 == decimal ? UInt8(ascii: ".") : $0 }
            }
            return Array(CSVText.field(String(decoding: text, as: UTF8.self)).utf8)
        }
        return .texts(written, codes: texts.codes)
    }
}

/// Text as it stands in a CSV file.
enum CSVText {
    /// A field, in quotes where it needs them.
    static func field(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return text }
        let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
        return "\"\(doubled)\""
    }
}
