/// What rows are dealt out by.
extension RawColumn {
    /// The number of each row's group.
    ///
    /// - Throws: ``DatasetError`` for a row without one.
    func groups(_ source: String) throws -> [Int32] {
        switch values {
        case .text(let column):
            if let row = (0..<column.count).first(where: { column[$0].isEmpty }) { throw missing(row, source, "group") }
            return column.codes
        case .bytes, .floats, .doubles:
            var groups: [Double: Int32] = [:]
            return try numbers().enumerated().map { row, number in
                guard !number.isNaN else { throw missing(row, source, "group") }
                if let group = groups[number] { return group }
                groups[number] = Int32(groups.count)
                return Int32(groups.count - 1)
            }
        }
    }

    /// What the group of each row is called, the same in every source.
    func groupNames() -> [ByteString] {
        guard case .text(let column) = values else { return numbers().map { ByteString("\($0)") } }
        let names = (0..<column.distinctCount).map { ByteString(Array(column.distinct($0))) }
        return column.codes.map { names[Int($0)] }
    }

    /// The moment of each row: a number as it is, a date in seconds since 1970.
    ///
    /// - Throws: ``DatasetError`` for a row whose text is neither.
    func times(_ format: CivilTime.Format, _ source: String) throws -> [Double] {
        guard case .text(let column) = values else {
            let numbers = numbers()
            if let row = numbers.firstIndex(where: { !$0.isFinite }) { throw missing(row, source, "time") }
            return numbers
        }
        let isNumeric = column.distinctCount > 0 && DecimalNumber.parse(column.distinct(0).span) != nil
        var times = [Double?](repeating: nil, count: column.distinctCount)
        return try column.codes.enumerated().map { row, code in
            if let time = times[Int(code)] { return time }
            let text = column.distinct(Int(code))
            if text.isEmpty { throw missing(row, source, "time") }
            let time = isNumeric ? DecimalNumber.parse(text.span) : CivilTime(text, format)?.seconds
            guard let time, time.isFinite else {
                throw DatasetError(
                    .init(source, row: row + 1, column: field.name),
                    "expected a \(isNumeric ? "number" : "date such as \(format.example)") as in the rows before, "
                        + "found `\(DatasetError.excerpt(text))`",
                    hint:
                        "give the times of all rows in one form; for other orders add a format: day_first, month_first"
                )
            }
            times[Int(code)] = time
            return time
        }
    }

    private func missing(_ row: Int, _ source: String, _ what: String) -> DatasetError {
        DatasetError(
            .init(source, row: row + 1, column: field.name),
            "expected the \(what) of the row, found nothing",
            hint: "fill it in, or remove the row: nobody can tell to which part it belongs"
        )
    }
}
