/// What the beginning of a table looks like.
struct TableGuess {
    /// Words that stand for nothing in many tables.
    private static let words = [
        "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "nil", "-", "--", "?",
        ".", "#N/A",
        "missing", "MISSING",
    ]

    /// Different texts in a column of numbers that are taken for missing values; with more it is text.
    private static let surprises = 3

    private let delimiter: Unicode.Scalar
    private let decimal: Unicode.Scalar
    private var missing: [String]
    private(set) var kinds: [ColumnInspection.Kind]
    /// The texts in each column of numbers that were taken for missing values.
    private var taken: [Int: Int] = [:]

    var format: CSVFormat {
        CSVFormat(delimiter: delimiter, decimal: decimal, missing: MissingMarkers(missing))
    }

    /// Looks at the first rows of a table.
    init(path: String, rows: Int) throws {
        let detected = try CSVFormat.detected(in: path)
        delimiter = Unicode.Scalar(detected.delimiter)
        let reader = try CSVRowReader(path: path, format: CSVFormat(delimiter: delimiter, missing: MissingMarkers([])))
        try reader.select(reader.header.map { Field($0, .text) })
        guard let sample = try reader.read(upTo: rows) else { throw DatasetError.noRows(path) }
        let texts = sample.columns.map { column -> TextColumn in
            if case .text(let texts) = column.values { texts } else { TextColumn() }
        }
        // A word stands for nothing when it occurs at all; a column that consists of words will show it.
        let words = Set(Self.words.map { ByteString($0) })
        let found = Set(texts.flatMap(\.distinct)).intersection(words)
        var markers = [""] + Self.words.filter { found.contains(ByteString($0)) }
        // Decimals stand behind a comma only where no number has a point and the fields are separated otherwise.
        let usesComma =
            delimiter != "," && texts.contains { TableGuess.numbers(in: $0, decimal: ",", markers).share > 0.9 }
            && !texts.contains { column in
                column.distinct.contains { text in
                    text.bytes.contains(UInt8(ascii: ".")) && DecimalNumber.parse(text.bytes.span) != nil
                }
            }
        let decimal: Unicode.Scalar = usesComma ? "," : "."
        self.decimal = decimal
        var kinds: [ColumnInspection.Kind] = []
        for column in texts {
            let numbers = TableGuess.numbers(in: column, decimal: decimal, markers)
            if numbers.share > 0.9, numbers.others.count <= Self.surprises {
                // Among numbers, `0000` is one; as a marker it would make every zero of the table a missing value.
                markers += numbers.others.filter { text in
                    !markers.contains(text)
                        && DecimalNumber.parse(Array(text.utf8).span, decimal: UInt8(ascii: decimal)) == nil
                }
                kinds.append(.number)
            } else {
                kinds.append(TableGuess.dateFormat(of: column, markers).map { .date($0) } ?? .text)
            }
        }
        // `-` and its like are categories where the column is text; they are markers only if a number column has them.
        missing = markers
        self.kinds = kinds
    }

    /// Takes a text for a missing value, or the column for text.
    mutating func learn(from surprise: TableSurprise) {
        taken[surprise.column, default: 0] += 1
        let isWord = TableGuess.words.contains(surprise.text)
        if !missing.contains(surprise.text), isWord || taken[surprise.column, default: 0] <= Self.surprises {
            missing.append(surprise.text)
        } else {
            kinds[surprise.column] = .text
        }
    }

    /// Adds words for missing values, and returns whether one was new.
    mutating func addMarkers(_ markers: [String]) -> Bool {
        let new = Set(markers).subtracting(missing).sorted()
        missing += new
        return !new.isEmpty
    }

    /// The share of the texts of a column that are numbers, and the different others; missing ones do not count.
    private static func numbers(
        in column: TextColumn,
        decimal: Unicode.Scalar,
        _ markers: [String]
    ) -> (share: Double, others: [String]) {
        let missing = Set(markers.map { ByteString($0) })
        var counts = [Int](repeating: 0, count: column.distinctCount)
        for code in column.codes { counts[Int(code)] += 1 }
        var (numbers, all) = (0, 0)
        var others: [String] = []
        for (index, text) in column.distinct.enumerated() where !missing.contains(text) {
            all += counts[index]
            var bytes = text.bytes[...]
            while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
            while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
            let number = TableNumber.parse(bytes, decimal: UInt8(ascii: decimal))
            if let number, !number.isNaN, !isCode(bytes) {
                numbers += counts[index]
            } else {
                others.append(text.text)
            }
        }
        return (all == 0 ? 0 : Double(numbers) / Double(all), others)
    }

    /// Whether digits are a name and no number: `007`, or more than a number holds exactly.
    private static func isCode(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return bytes.count > 15 || (bytes.count > 1 && bytes.first == 0x30)
    }

    /// The way in which all texts of a column are dates; `nil` when they are none.
    private static func dateFormat(of column: TextColumn, _ markers: [String]) -> CivilTime.Format? {
        let missing = Set(markers.map { ByteString($0) })
        let texts = column.distinct.filter { !missing.contains($0) }
        guard !texts.isEmpty else { return nil }
        return CivilTime.Format.allCases.first { format in
            texts.allSatisfy { CivilTime($0.bytes, format) != nil }
        }
    }
}
