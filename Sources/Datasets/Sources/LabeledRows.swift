/// Raw rows with the right answer of each, for a model to be judged by.
package struct LabeledRows {
    private let labeled: LabeledSource
    private let chosen: [Int]
    package let targets: Targets
    /// Where the rows come from, for messages.
    package let source: DataSource

    private init(labeled: LabeledSource, chosen: [Int], targets: Targets, source: DataSource) {
        self.labeled = labeled
        self.chosen = chosen
        self.targets = targets
        self.source = source
    }

    init(_ labeled: LabeledSource, _ targets: Targets, chosen: [Int], source: DataSource) {
        self.labeled = labeled
        self.chosen = chosen
        self.targets = targets.selecting(chosen)
        self.source = source
    }

    /// Those of the first class, which of an anomaly task is what is normal.
    package var normalRows: LabeledRows {
        guard case .classes(let labels, _) = targets else { return self }
        let places = labels.indices.filter { labels[$0] == 0 }
        return LabeledRows(
            labeled: labeled,
            chosen: places.map { chosen[$0] },
            targets: targets.selecting(places),
            source: source
        )
    }

    /// The number of rows.
    package var count: Int { chosen.count }

    /// Shows the raw rows, without their answers, block after block; of windows the rows of the table, each once.
    package func show(to observe: (RawRows) throws -> Void) throws { try labeled.show(chosen, to: observe) }

    /// Whether the source says what each row is; only of an anomaly task it need not, and all are taken for normal.
    package var areLabeled: Bool { labeled.isLabeled }

    /// Reads the raw rows, without their answers, from the first to the last.
    package func reader() -> any RowReader { StoredRowReader(labeled, chosen, source: source) }
}

extension DataSource {
    /// All rows of the source with the given fields, and their answers; without classes these are numbers.
    package func labeledRows(_ fields: [Field], classes: ClassNames?) throws -> LabeledRows {
        let labeled = try load(fields, task: LearningTask(answering: classes), normal: classes?.names.first)
        let targets = try targets(labeled.targets, classes: classes)
        return LabeledRows(labeled, targets, chosen: Array(0..<labeled.rows.count), source: self)
    }
}

/// Reads rows that have been read before.
private final class StoredRowReader: RowReader {
    let source: String
    let fields: [Field]
    private let labeled: LabeledSource
    private let blocks: [[Int]?]
    private let origin: DataSource
    private let chosen: [Int]
    private var next = 0

    init(_ labeled: LabeledSource, _ chosen: [Int], source: DataSource) {
        self.labeled = labeled
        self.chosen = chosen
        origin = source
        self.source = source.files.first ?? "synthetic"
        fields = Array(labeled.rows.fields.prefix(labeled.fields))
        blocks = labeled.rows.blocks(of: chosen)
    }

    /// The next block; its size is that of the store, whatever `limit` is.
    func read(upTo limit: Int) throws -> RawRows? {
        while next < blocks.count {
            defer { next += 1 }
            if blocks[next]?.isEmpty == true { continue }
            return try labeled.rows(ofBlock: next, chosen: blocks[next])
        }
        return nil
    }

    func line(ofRow row: Int) -> Int? {
        line(ofRow: row, step: nil)
    }

    func line(ofRow row: Int, step: Int?) -> Int? {
        guard chosen.indices.contains(row - 1), let reader = try? origin.tableReader() else { return nil }
        let place = chosen[row - 1] + 1
        return labeled.windows.map { $0.line(ofWindow: place, step: step, in: reader) } ?? reader.line(ofRow: place)
    }
}
