/// Columns of probabilities, one for each class.
struct ProbabilityColumns {
    /// How far the probabilities of a row may sum to something else than one, as they do when they were rounded: by a
    /// thousandth, and a little for the sum itself.
    private static let tolerance = 1e-3 + 1e-9

    private let names: [String]
    private let columns: [[Double]]
    private let source: String

    init(_ columns: some Collection<RawColumn>, source: String) {
        names = columns.map(\.field.name)
        self.columns = columns.map { $0.numbers() }
        self.source = source
    }

    /// The probabilities row after row; of a single column those of both classes, the other one first.
    ///
    /// - Throws: ``DatasetError`` for what is no probability, and for rows that do not sum to one.
    func joined() throws -> [Double] {
        let rows = columns[0].count
        let isSingle = columns.count == 1
        let width = isSingle ? 2 : columns.count
        var joined = [Double](repeating: 0, count: rows * width)
        for (index, column) in columns.enumerated() {
            for row in 0..<rows {
                let value = column[row]
                // Single precision may give a little more than one.
                guard value >= 0, value <= 1 + 1e-6 else { throw notAProbability(value, row, index) }
                if isSingle { joined[row * 2] = max(0, 1 - value) }
                joined[row * width + (isSingle ? 1 : index)] = value
            }
        }
        try checkSums(joined, width)
        return joined
    }

    private func checkSums(_ joined: [Double], _ width: Int) throws {
        func sum(_ row: Int) -> Double {
            var sum = 0.0
            for index in row * width..<(row + 1) * width { sum += joined[index] }
            return sum
        }
        let bad = (0..<joined.count / width).filter { abs(sum($0) - 1) > ProbabilityColumns.tolerance }
        guard let first = bad.first else { return }
        let others = bad.dropFirst().prefix(4).map { "\($0 + 1)" }
        let rest = bad.count - 1 - others.count
        let rows = "\(others.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
        throw DatasetError(
            .init(source, row: first + 1),
            "expected probabilities that sum to 1, found \(sum(first))"
                + (others.isEmpty ? "" : " (so too in \(bad.count == 2 ? "row" : "rows") \(rows))"),
            hint: "every class needs a column p_<class>, and four digits or more; the columns are: "
                + DatasetError.list(names)
        )
    }

    private func notAProbability(_ value: Double, _ row: Int, _ column: Int) -> DatasetError {
        DatasetError(
            .init(source, row: row + 1, column: names[column]),
            "expected a probability from 0 to 1, found \(value.isNaN ? "NaN" : "\(value)")",
            hint: value > 1 && value <= 100
                ? "are these percentages? divide them by 100; scores such as logits need a softmax"
                : "scores such as logits need a softmax; else correct the value, or remove the row"
        )
    }
}
