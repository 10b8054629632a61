internal import Support

/// Reads columns of numbers and of text from a CSV file with a header.
package final class CSVRowReader: TableReader {
    package let source: String
    /// The names of the columns, as they stand in the file.
    package let header: [String]
    /// The columns that are read; none before ``select(_:)``.
    package private(set) var fields: [Field] = []
    private var scanner: CSVScanner
    private let format: CSVFormat
    /// Whether a project file says how the table is read, so that a hint may name its keys.
    private let hasProject: Bool
    /// The field that each column of the file goes to, and the place in it; `nil` for what is skipped.
    private var places: [(field: Int, offset: Int)?] = []
    private var rowsRead = 0
    /// The column and the text of a field that was to be a number and is none: why the last read has failed.
    private(set) var unreadNumber: (column: Int, text: String)?

    /// Opens a file and reads its header.
    ///
    /// With `hasProject` false no hint speaks of the project file.
    package init(
        path: String,
        format: CSVFormat = CSVFormat(),
        hasProject: Bool = true,
        blockSize: Int = 1 << 18
    ) throws {
        var scanner = try CSVScanner(path: path, format: format, blockSize: blockSize)
        guard try scanner.next() else {
            throw DatasetError(.init(path), "expected a header, found an empty file", hint: "give another file")
        }
        header = try CSVRowReader.header(of: scanner)
        source = path
        self.format = format
        self.hasProject = hasProject
        self.scanner = scanner
    }

    /// Chooses what is read; every other column is skipped.
    ///
    /// A field of more than one value is read from the columns `name_0`, `name_1` and so on.
    package func select(_ fields: [Field]) throws {
        var positions: [ByteString: Int] = [:]
        for (position, name) in header.enumerated() { positions[ByteString(name)] = position }
        places = header.map { _ in nil }
        for (index, field) in fields.enumerated() {
            for (offset, name) in field.valueNames.enumerated() {
                guard let position = positions[ByteString(name)] else {
                    throw DatasetError.unknownColumn(.init(source), name, known: header)
                }
                places[position] = (index, offset)
            }
        }
        self.fields = fields
        scanner.numeric = places.map { place in place.map { fields[$0.field].kind == .number } ?? false }
    }

    package func read(upTo limit: Int) throws -> RawRows? {
        let widths = fields.map { $0.kind == .number ? $0.width : 0 }
        let limit = max(1, min(limit, (1 << 22) / max(widths.reduce(0, +), 1)))
        var starts: [Int] = []
        var total = 0
        for width in widths {
            starts.append(total)
            total += width * limit
        }
        let slots = places.map { place -> CSVBlock.Slot in
            guard let place else { return .skip }
            return fields[place.field].kind == .text
                ? .text(place.field) : .number(start: starts[place.field] + place.offset, step: widths[place.field])
        }
        var block = CSVBlock(slots: slots, missing: format.missing, numbers: total, texts: fields.count)
        do {
            try scanner.fill(&block, upTo: limit, rowsRead: &rowsRead)
        } catch let fault as CSVBlock.Fault {
            if case .noNumber(let column) = fault {
                unreadNumber = (column, String(decoding: scanner.text(scanner.fields[column]), as: UTF8.self))
            }
            throw explanation(of: fault)
        }
        guard block.rows > 0 else { return nil }
        let columns = fields.enumerated().map { index, field in
            let range = starts[index]..<starts[index] + block.rows * widths[index]
            return RawColumn(
                field,
                field.kind == .text ? .text(block.texts[index]) : .doubles(Array(block.numbers[range]))
            )
        }
        return RawRows(count: block.rows, columns: columns)
    }

    package func line(ofRow row: Int) -> Int? { CSVRowReader.line(ofRow: row, path: source, format: format) }

    private func explanation(of fault: CSVBlock.Fault) -> DatasetError {
        switch fault {
        case .ragged: ragged()
        case .noNumber(let column):
            notANumber(column)
        case .noText(let column):
            scanner.text(scanner.fields[column]).contains(0)
                ? DatasetError(
                    place(column),
                    "expected text, found a byte that is zero",
                    hint: "is the file damaged, or UTF-16? then: iconv -f UTF-16 -t UTF-8"
                )
                : DatasetError(
                    place(column),
                    "expected text in UTF-8",
                    hint: "convert the file, for example with: iconv -f LATIN1 -t UTF-8"
                )
        }
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
        let isEmpty = text.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return DatasetError(
            place(column),
            isEmpty ? "expected a number, found nothing" : "expected a number, found `\(DatasetError.excerpt(text))`",
            hint: isEmpty ? hintForNothing : hint(for: text, column)
        )
    }

    private var hintForNothing: String {
        hasProject
            ? "does it mean that the value is missing? then add: missing: [\"\"]"
            : "fill in the value, or remove the row"
    }

    /// What may be meant by a text in a column of numbers.
    private func hint(for text: [UInt8], _ column: Int) -> String {
        if text.elementsEqual(header[column].utf8) {
            return "the header stands here again: remove the line; were files joined, each with its own?"
        }
        let other = format.decimal == UInt8(ascii: ".") ? UInt8(ascii: ",") : UInt8(ascii: ".")
        if DecimalNumber.parse(text.span, decimal: other) != nil {
            let mark = Unicode.Scalar(other)
            return hasProject
                ? "are its decimals behind a `\(mark)`? then add: decimal: \"\(mark)\""
                : "write its decimals behind a point, as in 0.5"
        }
        return hasProject
            ? "correct the value, add it to missing:, or read the column as text with one_hot"
            : "correct the value, or remove the row"
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
