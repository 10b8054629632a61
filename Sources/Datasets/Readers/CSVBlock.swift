/// Records of a CSV file on their way into columns.
struct CSVBlock {
    /// Where a field of a record goes.
    enum Slot {
        case skip
        /// A number, which for row `r` goes to place `start + r * step`.
        case number(start: Int, step: Int)
        case text(Int)
    }

    /// What a field held that does not belong there.
    enum Fault: Error {
        case ragged
        case noNumber(column: Int)
        case noText(column: Int)
    }

    private let slots: [Slot]
    private let missing: MissingMarkers
    private(set) var numbers: [Double]
    private(set) var texts: [TextColumn]
    private(set) var rows = 0

    init(slots: [Slot], missing: MissingMarkers, numbers: Int, texts: Int) {
        self.slots = slots
        self.missing = missing
        self.numbers = [Double](repeating: 0, count: numbers)
        self.texts = [TextColumn](repeating: TextColumn(), count: texts)
    }

    /// Takes over the fields of the record that the scanner has read last.
    mutating func append(_ scanner: borrowing CSVScanner) throws(Fault) {
        guard scanner.fields.count == slots.count else { throw .ragged }
        for column in slots.indices {
            switch slots[column] {
            case .skip: continue
            case .number(let start, let step):
                let field = scanner.fields[column]
                if let number = scanner.number(field) {
                    numbers[start + rows * step] = missing.contains(number) ? .nan : number
                } else if scanner.isMissing(field) {
                    numbers[start + rows * step] = .nan
                } else if let number = scanner.word(field) {
                    numbers[start + rows * step] = number
                } else {
                    throw .noNumber(column: column)
                }
            case .text(let index):
                guard scanner.append(scanner.fields[column], to: &texts[index]) else { throw .noText(column: column) }
            }
        }
        rows += 1
    }
}

extension CSVScanner {
    /// Reads records into a block until it holds `limit` of them; `rowsRead` counts those that were begun.
    mutating func fill(_ block: inout CSVBlock, upTo limit: Int, rowsRead: inout Int) throws {
        while block.rows < limit, try next() {
            rowsRead += 1
            try block.append(self)
        }
    }

    /// What a field stands for that is not just a decimal number: one between blanks, NaN or infinity by their words;
    /// `nil` for other text.
    fileprivate borrowing func word(_ field: CSVField) -> Double? {
        TableNumber.parse(text(field)[...], decimal: decimal)
    }
}
