/// Columns of class names, in which the right and the given class of each row stand.
///
/// When every name is a number, names are compared as numbers: `1` and `1.0` are one class, as they are for numpy.
struct LabelColumns {
    struct Column {
        let name: String
        let texts: TextColumn
    }

    /// The most classes that are judged: their confusion matrix has the square of that.
    static let limit = 1024

    private let columns: [Column]
    private let source: String
    /// The classes that have probabilities, in the order of these.
    private let given: [String]
    private let areNumbers: Bool

    /// Looks at the names in `columns`, of which the first holds the right ones.
    init(_ columns: [Column], source: String, given: [String]) {
        self.columns = columns
        self.source = source
        self.given = given
        let numbers = given.map { LabelColumns.number(Array($0.utf8)[...]) }
        let areTexts = columns.lazy.flatMap { column in column.texts.occurring.lazy.map(column.texts.distinct) }
        areNumbers =
            numbers.allSatisfy { $0 != nil } && Set(numbers).count == numbers.count
            && areTexts.allSatisfy { LabelColumns.number($0) != nil }
    }

    /// The classes, and for each column that of each row.
    ///
    /// - Throws: ``DatasetError`` for a label that is missing or no class, and `fault`, if it is given, for decimals.
    func coded(refusingDecimals fault: DatasetError?) throws -> (names: [String], codes: [[Int32]]) {
        let numbers = given.map { LabelColumns.number(Array($0.utf8)[...]) }
        // Beside names that are no numbers, `007` and `7` are two names.
        for (index, number) in numbers.enumerated() where numbers.allSatisfy({ $0 != nil }) {
            guard let number, let first = numbers[..<index].firstIndex(of: number) else { continue }
            throw DatasetError(
                .init(source),
                "`p_\(given[first])` and `p_\(given[index])` are probabilities of the same class",
                hint: "give every class one column"
            )
        }
        for column in columns { try check(column, fault) }
        let names = try names()
        var places: [ByteString: Int32] = [:]
        for (index, name) in names.enumerated() { places[key(Array(name.utf8)[...])] = Int32(index) }
        return (names, try columns.map { try codes(of: $0, places, names) })
    }

    private func codes(of column: Column, _ places: [ByteString: Int32], _ names: [String]) throws -> [Int32] {
        let indices = (0..<column.texts.distinctCount).map { places[key(column.texts.distinct($0))] ?? -1 }
        let codes = column.texts.codes.map { indices[Int($0)] }
        guard let row = codes.firstIndex(of: -1) else { return codes }
        throw DatasetError(
            .init(source, row: row + 1, column: column.name),
            "the label `\(DatasetError.excerpt(column.texts[row]))` is none of the classes",
            hint: "the classes are those that have probabilities: \(DatasetError.list(names))"
        )
    }

    /// The names of the classes: those that have probabilities, else all that occur, sorted.
    private func names() throws -> [String] {
        if given.count > 1 {
            try checkNumber(given.count)
            return given
        }
        var found: [(key: ByteString, column: Column, code: Int)] = []
        var seen = Set(given.map { key(Array($0.utf8)[...]) })
        for column in columns {
            for code in column.texts.occurring {
                let key = key(column.texts.distinct(code))
                if seen.insert(key).inserted { found.append((key, column, code)) }
            }
        }
        guard let only = given.first else {
            try checkNumber(found.count)
            return ClassNames.sorted(Set(found.map(\.key))).map(\.text)
        }
        // A single probability is that of the second of two classes; the labels tell what the first is called.
        let hint = "give every class a column of its own: p_<class>"
        guard let first = found.first else {
            throw DatasetError(
                .init(source),
                "expected a second class beside `\(only)`, but no label names it",
                hint: hint
            )
        }
        if found.count > 1 {
            let row = found[1].column.texts.codes.firstIndex(of: Int32(found[1].code)) ?? 0
            throw DatasetError(
                .init(source, row: row + 1, column: found[1].column.name),
                "`\(found[1].key.text)` is a third class beside `\(first.key.text)` and `\(only)`, but only `\(only)` "
                    + "has probabilities",
                hint: hint
            )
        }
        return [first.key.text, only]
    }

    private func checkNumber(_ classes: Int) throws {
        guard classes > LabelColumns.limit else { return }
        throw DatasetError(
            .init(source, column: columns[0].name),
            "expected at most \(LabelColumns.limit) classes, found \(classes)",
            hint: "is it a regression? then add: --task regression"
        )
    }

    private func check(_ column: Column, _ fault: DatasetError?) throws {
        for code in column.texts.occurring {
            let text = column.texts.distinct(code)
            func failure(_ message: String, _ hint: String) -> DatasetError {
                let row = (column.texts.codes.firstIndex(of: Int32(code)) ?? 0) + 1
                return DatasetError(.init(source, row: row, column: column.name), message, hint: hint)
            }
            if given.contains(where: { $0.utf8.elementsEqual(text) }) { continue }
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                throw failure("expected an answer, found nothing", "fill it in, or remove the row")
            }
            if String(decoding: text, as: UTF8.self).lowercased() == "nan" {
                throw failure(
                    "expected an answer, found `\(String(decoding: text, as: UTF8.self))`",
                    "fill it in, or remove the row"
                )
            }
            if text.elementsEqual(column.name.utf8) {
                throw failure(
                    "the header stands here again",
                    "remove the line; were files joined, each with its own?"
                )
            }
            guard let fault else { continue }
            // 0,25 is a slip of another kind, for which the fault has its own hint.
            if LabelColumns.isDecimal(DecimalNumber.parse(text.span, decimal: UInt8(ascii: ","))) { throw fault }
            if LabelColumns.isDecimal(LabelColumns.number(text)) {
                throw DatasetError(
                    fault.place,
                    fault.message,
                    hint: "correct the value; if these are names of classes, add: --task classification"
                )
            }
        }
    }

    private static func isDecimal(_ number: Double?) -> Bool { number.map { $0 != $0.rounded() } ?? false }

    /// What makes two labels the same class.
    private func key(_ text: ArraySlice<UInt8>) -> ByteString {
        guard areNumbers, let number = LabelColumns.number(text) else { return ByteString(Array(text)) }
        return ByteString(Int(exactly: number).map(String.init) ?? "\(number)")
    }

    /// The number that a name is, blanks around it aside.
    private static func number(_ text: ArraySlice<UInt8>) -> Double? {
        var text = text
        while text.first == 0x20 { text.removeFirst() }
        while text.last == 0x20 { text.removeLast() }
        return DecimalNumber.parse(text.span)
    }
}
