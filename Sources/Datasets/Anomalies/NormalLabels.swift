/// Labels of an anomaly task as 0 for what is normal and 1 for whatever else.
extension LabeledSource {
    /// Rows without labels, all of them normal.
    init(normal rows: any StoredRows, fields: Int) {
        self.init(
            rows: rows,
            fields: fields,
            targets: .normal(rows.count),
            grouping: nil,
            isLabeled: false
        )
    }

    /// The same rows with 0 for those whose label is `normal`, and 1 for the others.
    ///
    /// - Throws: ``DatasetError`` for a row whose label is empty.
    func judged(by normal: String?, _ place: DatasetError.Place) throws -> LabeledSource {
        guard isLabeled else { return self }
        let labels: [Int]
        var others: [String] = []
        switch targets {
        case .text(let column):
            let isNormal = (0..<column.distinctCount).map { code in
                normal.map { column.distinct(code).elementsEqual($0.utf8) } ?? false
            }
            for code in column.occurring {
                let name = column.distinct(code)
                guard !name.isEmpty else {
                    throw DatasetError(
                        .init(
                            place.source,
                            row: (column.codes.firstIndex(of: Int32(code)) ?? 0) + 1,
                            column: place.column
                        ),
                        "expected a label, found nothing",
                        hint: "fill in what the row is, or remove it"
                    )
                }
                if !isNormal[code] { others.append(DatasetError.excerpt(name)) }
            }
            labels = column.codes.map { isNormal[Int($0)] ? 0 : 1 }
        case .integers(let numbers):
            labels = numbers.map { "\($0)" == normal ? 0 : 1 }
            others = Set(numbers.filter { "\($0)" != normal }).sorted().prefix(20).map { "\($0)" }
        case .numbers:
            preconditionFailure("the labels of an anomaly task are no measurements")
        }
        var copy = LabeledSource(
            rows: rows,
            fields: fields,
            targets: .integers(labels),
            grouping: grouping,
            weights: weights
        )
        copy.otherLabels = others
        return copy
    }
}

extension DatasetError {
    /// A source to learn from in which no row is of the class that is learned.
    static func noNormalRows(_ labeled: LabeledSource, _ place: Place, _ classes: ClassNames) -> Self {
        Self(
            place,
            "no row is of the class `\(classes.names[0])`, which is learned; the labels are: "
                + list(labeled.otherLabels),
            hint: "say which of them is normal: data: {normal: \(labeled.otherLabels.first ?? "NAME")}"
        )
    }
}
