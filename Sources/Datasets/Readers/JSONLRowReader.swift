internal import Support

/// Reads columns of numbers and of text from a file with one JSON object per line.
///
/// `null`, an absent key, an empty text and whatever the markers say are missing values; `true` and `false` are 1 and 0 in
/// a column of numbers.
package final class JSONLRowReader: TableReader {
    /// The lines whose keys make the header.
    private static let sample = 1000

    package let source: String
    package let header: [String]
    package private(set) var fields: [Field] = []
    private let missing: MissingMarkers
    private var scanner: LineScanner
    private var known: Set<String>
    private var rowsRead = 0

    /// What stands behind a key.
    private enum Cell: Decodable {
        case missing
        case number(Double)
        /// A whole number that a `Double` does not hold, such as a long identifier.
        case long(String)
        case text(String)
        /// An object, a list, or a number that is too large for one.
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .missing
            } else if let flag = try? container.decode(Bool.self) {
                self = .number(flag ? 1 : 0)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
                guard abs(number) >= 0x1p53, number == number.rounded() else { return }
                if let exact = try? container.decode(Int64.self) {
                    self = .long("\(exact)")
                } else if let exact = try? container.decode(UInt64.self) {
                    self = .long("\(exact)")
                }
            } else {
                self = (try? container.decode(String.self)).map { .text($0) } ?? .other
            }
        }
    }

    /// Opens a file; the keys of its first lines are its columns.
    package init(path: String, missing: MissingMarkers) throws {
        var first = try LineScanner(path: path)
        var header: [String] = []
        var seen: Set<String> = []
        while first.line < Self.sample, let line = try first.next() {
            guard let cells = try JSONLRowReader.cells(line, path, first.line) else { continue }
            for name in cells.keys.sorted() where seen.insert(name).inserted { header.append(name) }
        }
        guard !header.isEmpty else {
            throw DatasetError(
                .init(path),
                "expected a JSON object on each line, found nothing",
                hint: "give another file"
            )
        }
        source = path
        self.missing = missing
        self.header = header
        known = seen
        scanner = try LineScanner(path: path)
    }

    package func select(_ fields: [Field]) throws {
        for name in fields.flatMap(\.valueNames) where !known.contains(name) {
            throw DatasetError.unknownColumn(.init(source), name, known: header)
        }
        self.fields = fields
    }

    package func read(upTo limit: Int) throws -> RawRows? {
        var numbers = fields.map { _ in [Double]() }
        var texts = fields.map { _ in TextColumn() }
        var count = 0
        while count < limit, let line = try scanner.next() {
            guard let cells = try JSONLRowReader.cells(line, source, scanner.line) else { continue }
            rowsRead += 1
            count += 1
            if let name = cells.keys.sorted().first(where: { !known.contains($0) }) {
                throw DatasetError(
                    .init(source, line: scanner.line, row: rowsRead),
                    "the key `\(name)` is in none of the first \(Self.sample) lines",
                    hint: "correct the key, or give every line all keys"
                )
            }
            for (index, field) in fields.enumerated() {
                if field.kind == .text {
                    texts[index].append(Array(try text(cells[field.name], field.name).utf8).span)
                } else {
                    for name in field.valueNames { numbers[index].append(try number(cells[name], name)) }
                }
            }
        }
        guard count > 0 else { return nil }
        let columns = fields.indices.map { index in
            RawColumn(fields[index], fields[index].kind == .text ? .text(texts[index]) : .doubles(numbers[index]))
        }
        return RawRows(count: count, columns: columns)
    }

    package func line(ofRow row: Int) -> Int? {
        guard var scanner = try? LineScanner(path: source) else { return nil }
        var rows = 0
        while let line = try? scanner.next() {
            if !JSONLRowReader.isBlank(line) { rows += 1 }
            if rows == row { return scanner.line }
        }
        return nil
    }

    private func number(_ cell: Cell?, _ name: String) throws -> Double {
        switch cell {
        case .missing?, nil, .text("")?: return .nan
        case .number(let number)?: return missing.contains(number) ? .nan : number
        case .long(let digits)?:
            let number = Double(digits) ?? .nan
            return missing.contains(number) ? .nan : number
        case .text(let text)?:
            if missing.contains(Array(text.utf8).span) { return .nan }
            throw DatasetError(
                .init(source, line: scanner.line, row: rowsRead, column: name),
                "expected a number, found the text \"\(DatasetError.excerpt(text.utf8))\"",
                hint: "write numbers without quotes, or read the column as text with one_hot"
            )
        case .other?: throw nested(name)
        }
    }

    private func nested(_ name: String) -> DatasetError {
        DatasetError(
            .init(source, line: scanner.line, row: rowsRead, column: name),
            "expected a number, a text or null, found an object, a list or a number that is too large",
            hint: "give every value of the object a key of its own, beside the others"
        )
    }

    private func text(_ cell: Cell?, _ name: String) throws -> String {
        let text =
            switch cell {
            case .missing?, nil: ""
            case .text(let text)?, .long(let text)?: text
            case .number(let number)?: Int(exactly: number).map(String.init) ?? "\(number)"
            case .other?: throw nested(name)
            }
        return missing.contains(Array(text.utf8).span) ? "" : text
    }

    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    /// The values of a line; `nil` for an empty one.
    private static func cells(_ line: ArraySlice<UInt8>, _ path: String, _ number: Int) throws -> [String: Cell]? {
        if isBlank(line) { return nil }
        do {
            return try JSON.decodePlain([String: Cell].self, from: Array(line), source: path)
        } catch {
            throw DatasetError(
                .init(path, line: number),
                "expected a JSON object of numbers, texts and null, found `\(DatasetError.excerpt(line))`",
                hint: "each line is an object of its own, without commas between the lines; for NaN write null"
            )
        }
    }
}
