internal import Datasets
internal import Monitoring

/// Collects the columns of a table for a comparison, block after block.
struct TableSampler {
    private var columns: [Column]
    private var rows = 0
    private let format: CSVFormat

    private struct Column {
        let name: String
        var values: Values
    }

    private enum Values {
        case numbers(NumericAccumulator)
        case texts(CategoryAccumulator)
    }

    /// Columns by their names, each of numbers or of text; `format` says how numbers are written in a text.
    init(_ columns: [(name: String, kind: TableSample.Values.Kind)], format: CSVFormat = CSVFormat()) {
        self.format = format
        self.columns = columns.map { column in
            Column(
                name: column.name,
                values: column.kind == .number ? .numbers(NumericAccumulator()) : .texts(CategoryAccumulator())
            )
        }
    }

    /// Adds rows whose columns are the sampler's, in its order.
    ///
    /// A column of numbers may come as text, which is then read; what is no number is counted.
    mutating func add(_ rows: RawRows) {
        precondition(rows.columns.count == columns.count, "the rows have the sampler's columns")
        self.rows += rows.count
        for (index, column) in rows.columns.enumerated() {
            let values = columns[index].values
            columns[index].values = .numbers(NumericAccumulator())
            switch (values, column.values) {
            case (.numbers(var accumulator), .text(let texts)):
                add(texts, to: &accumulator)
                columns[index].values = .numbers(accumulator)
            case (.numbers(var accumulator), _):
                accumulator.add(numbers: column.numbers())
                columns[index].values = .numbers(accumulator)
            case (.texts(var accumulator), .text(let texts)):
                TableSampler.add(texts, to: &accumulator)
                columns[index].values = .texts(accumulator)
            case (.texts, _):
                preconditionFailure("a column of text is read as text")
            }
        }
    }

    private static func add(_ texts: TextColumn, to accumulator: inout CategoryAccumulator) {
        let categories = (0..<texts.distinctCount).map { Category(bytes: texts.distinct($0)) }
        let missing = categories.firstIndex { $0.bytes.isEmpty }.map { Int32($0) }
        accumulator.add(
            codes: missing.map { empty in texts.codes.map { $0 == empty ? -1 : $0 } } ?? texts.codes,
            of: categories
        )
    }

    private func add(_ texts: TextColumn, to accumulator: inout NumericAccumulator) {
        var numbers: [Double?] = []
        for code in 0..<texts.distinctCount {
            let text = texts.distinct(code)
            let number = text.isEmpty ? .nan : TableNumber.parse(text, decimal: format.decimal)
            numbers.append(number.map { format.missing.contains($0) ? .nan : $0 })
        }
        var found: [Double] = []
        found.reserveCapacity(texts.count)
        var invalid = 0
        for code in texts.codes {
            if let number = numbers[Int(code)] { found.append(number) } else { invalid += 1 }
        }
        accumulator.add(numbers: found)
        accumulator.add(invalid: invalid)
    }

    /// The sample of all rows so far.
    func finish() throws -> TableSample {
        try TableSample(
            rows: rows,
            columns: columns.map { column in
                switch column.values {
                case .numbers(let accumulator): .init(column.name, .numbers(accumulator.finish()))
                case .texts(let accumulator): .init(column.name, .texts(accumulator.finish()))
                }
            }
        )
    }
}
