internal import Support

/// Reads columns of numbers and of text from a CSV file with a header.
package final class CSVRowReader: RowReader {
    package let source: String
    /// The names of the columns, as they stand in the file.
    package let header: [String]
    /// The columns that are read; none before ``select(_:)``.
    package private(set) var fields: [Field] = []
    private var scanner: CSVScanner
    private var slots: [Slot] = []
    private var rowsRead = 0

    /// What is done with a column of the file: its number goes to a place in a field, its text to a text field.
    private enum Slot {
        case skip
        case number(field: Int, offset: Int)
        case text(field: Int)
    }

    /// Opens a file and reads its header.
    package init(path: String, format: CSVFormat = CSVFormat(), blockSize: Int = 1 << 18) throws {
        var scanner = try CSVScanner(path: path, format: format, blockSize: blockSize)
        guard try scanner.next() else {
            throw DatasetError(.init(path), "expected a header, found an empty file", hint: "give another file")
        }
        header = try CSVRowReader.header(of: scanner)
        source = path
        self.scanner = scanner
    }

    /// Chooses what is read; every other column is skipped.
    ///
    /// A field of more than one value is read from the columns `name_0`, `name_1` and so on.
    package func select(_ fields: [Field]) throws {
        var positions: [ByteString: Int] = [:]
        for (position, name) in header.enumerated() { positions[ByteString(name)] = position }
        slots = header.map { _ in .skip }
        for (index, field) in fields.enumerated() {
            for (offset, name) in field.valueNames.enumerated() {
                guard let position = positions[ByteString(name)] else {
                    throw DatasetError.unknownColumn(.init(source), name, known: header)
                }
                slots[position] = field.kind == .text ? .text(field: index) : .number(field: index, offset: offset)
            }
        }
        self.fields = fields
    }

    package func read(upTo limit: Int) throws -> RawRows? {
        var limit = limit
        let widths = fields.map { $0.kind == .number ? $0.width : 0 }
        limit = max(1, min(limit, (1 << 22) / max(widths.reduce(0, +), 1)))
        var starts: [Int] = []
        var total = 0
        for width in widths {
            starts.append(total)
            total += width * limit
        }
        var numbers = [Double](repeating: 0, count: total)
        var texts = fields.map { _ in TextColumn() }
        var count = 0
        while count < limit, try scanner.next() {
            rowsRead += 1
            guard scanner.fields.count == header.count else { throw ragged() }
            for (column, slot) in slots.enumerated() {
                switch slot {
                case .skip: continue
                case .number(let field, let offset):
                    guard let number = scanner.number(scanner.fields[column]), number.isFinite else {
                        throw notANumber(column)
                    }
                    numbers[starts[field] + count * widths[field] + offset] = number
                case .text(let field):
                    guard scanner.append(scanner.fields[column], to: &texts[field]) else {
                        throw DatasetError(
                            place(column),
                            "expected text in UTF-8",
                            hint: "convert the file, for example with: iconv -f LATIN1 -t UTF-8"
                        )
                    }
                }
            }
            count += 1
        }
        guard count > 0 else { return nil }
        let columns = fields.enumerated().map { index, field in
            let range = starts[index]..<starts[index] + count * widths[index]
            return RawColumn(field, field.kind == .text ? .text(texts[index]) : .doubles(Array(numbers[range])))
        }
        return RawRows(count: count, columns: columns)
    }

    private func place(_ column: Int? = nil) -> DatasetError.Place {
        .init(source, line: scanner.line, row: rowsRead, column: column.map { header[$0] })
    }

    private func ragged() -> DatasetError {
        DatasetError(
            place(),
            "expected \(header.count) fields as in the header, found \(scanner.fields.count)",
            hint: scanner.fields.count > header.count
                ? "look for a delimiter at the end of the line, or within a text without quotes"
                : "look for missing values, or another delimiter"
        )
    }

    private func notANumber(_ column: Int) -> DatasetError {
        let text = scanner.text(scanner.fields[column])
        let found = String(decoding: text, as: UTF8.self).lowercased()
        let value = found.hasPrefix("-") || found.hasPrefix("+") ? String(found.dropFirst()) : found
        if scanner.number(scanner.fields[column]) != nil || ["inf", "infinity"].contains(value) {
            return .notFinite(place(column), .infinity)
        }
        if value == "nan" { return .notFinite(place(column), .nan) }
        let isEmpty = text.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return DatasetError(
            place(column),
            isEmpty ? "expected a number, found nothing" : "expected a number, found `\(DatasetError.excerpt(text))`",
            hint: isEmpty
                ? "fill in the value, remove the row, or ignore the column"
                : "correct the value, or read the column as text with one_hot"
        )
    }

    private static func header(of scanner: borrowing CSVScanner) throws -> [String] {
        var names: [String] = []
        var seen: Set<ByteString> = []
        var numbers = 0
        for field in scanner.fields {
            guard let name = String(validating: scanner.text(field), as: UTF8.self) else {
                throw DatasetError(
                    .init(scanner.path, line: 1),
                    "expected column names in UTF-8",
                    hint: "convert the file, for example with: iconv -f LATIN1 -t UTF-8"
                )
            }
            guard seen.insert(ByteString(name)).inserted else {
                throw DatasetError(
                    .init(scanner.path, line: 1),
                    "two columns are called `\(name)`",
                    hint: "give every column a name of its own"
                )
            }
            if scanner.number(field) != nil { numbers += 1 }
            names.append(name)
        }
        guard numbers < names.count else {
            throw DatasetError(
                .init(scanner.path, line: 1),
                "expected a header with the names of the columns, found numbers",
                hint: "insert a first line with a name for each column"
            )
        }
        return names
    }
}
