/// The columns that are read from a table, each once, whatever it is for.
struct SelectedColumns {
    private(set) var fields: [Field]

    /// The columns that features are made of, and those that windows over them are cut by.
    init(_ fields: [Field]) {
        self.fields = fields.map(\.step)
        for name in fields.first?.window?.columns ?? [] { _ = add(name, .text) }
    }

    /// The place of a column; `nil` where it is not selected.
    func place(of name: String) -> Int? { fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) } }

    /// The place of a column, which is added where nothing else needs it.
    mutating func add(_ name: String, _ kind: Field.Kind) -> Int {
        if let place = place(of: name) { return place }
        fields.append(Field(name, kind))
        return fields.count - 1
    }
}

extension DataSource {
    /// Reads the given fields of a table with the targets and the columns beside them.
    ///
    /// Where the fields are windows, so are the rows, and all else is that of the row in which their target stands; what
    /// they are dealt out by is that of their last row.
    func loadTable(
        _ reader: any TableReader,
        _ fields: [Field],
        target: String?,
        task: LearningTask,
        side: SideColumns
    ) throws -> LabeledSource {
        let window = fields.first?.window
        var selected = SelectedColumns(fields)
        let answers: Field.Kind = task == .regression ? .number : .text
        let targetPlace = target.map { selected.add($0, answers) }
        guard targetPlace.map({ selected.fields[$0].kind == answers }) ?? true else {
            throw DatasetError(
                .init("features", column: target),
                "the target is \(answers == .text ? "text" : "numbers"), and its steps take \(answers == .text ? "numbers" : "text")",
                hint: answers == .text ? "begin them with one_hot" : nil
            )
        }
        let grouping = side.grouping.map { selected.add($0, .text) }
        let weighting = side.weights.map { selected.add($0, .number) }
        try reader.select(selected.fields)
        let rows = try RowStore(reader, memoryLimit: RowStore.tableLimit)
        let targets = try targetPlace.map { try rows.column($0) }
        let groups = try grouping.map { try rows.column($0) }
        let weights = try weighting.map { place in
            try namingLines { try rows.column(place).weights(reader.source) }
        }
        guard let window else {
            return LabeledSource(
                rows: rows,
                fields: fields.count,
                targets: targets.map { RawTargets($0) } ?? .normal(rows.count),
                grouping: groups,
                weights: weights,
                isLabeled: targets != nil
            )
        }
        let windows = try namingLines {
            let marks = try SeriesMarks(of: window, in: rows, selected, source: reader.source)
            let present = targets?.isPresent ?? [Bool](repeating: true, count: rows.count)
            return try WindowedRows(rows, fields: fields.count, window: window, marks, targets: present)
        }
        let (lastRows, targetRows) = (windows.lastRows, windows.targetRows)
        return LabeledSource(
            rows: windows,
            fields: fields.count,
            targets: targets.map { RawTargets($0.selecting(targetRows)) } ?? .normal(windows.count),
            grouping: groups?.selecting(lastRows),
            weights: weights.map { weights in targetRows.map { weights[$0] } },
            isLabeled: targets != nil
        )
    }
}

extension RawTargets {
    /// Of an anomaly task the targets of so many rows that nobody has labelled: all of them are normal.
    static func normal(_ rows: Int) -> RawTargets { .integers([Int](repeating: 0, count: rows)) }

    /// A column of a table, as the answers to its rows.
    fileprivate init(_ column: RawColumn) {
        switch column.values {
        case .text(let texts): self = .text(texts)
        case .doubles(let values): self = .numbers(values, width: 1)
        case .bytes, .floats: preconditionFailure("a target is read as text or as a number")
        }
    }
}

extension RawColumn {
    /// Whether something stands in each row.
    fileprivate var isPresent: [Bool] {
        if case .text(let texts) = values { return (0..<texts.count).map { !texts[$0].isEmpty } }
        return numbers().map { !$0.isNaN }
    }
}
