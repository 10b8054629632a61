/// Where the rows of sources have gone, for those that come after them.
struct DealtMemory {
    private var groups: [ByteString: DatasetDescription.Part] = [:]
    /// The last moment of each stretch of time and its part, the stretches in their order.
    private var stretches: [(end: Double, part: DatasetDescription.Part)] = []
    /// The parts in which rows of these features were.
    private var rows: [UInt64: Set<DatasetDescription.Part>] = [:]

    /// What a source and those before it know together.
    init(_ memories: [DealtMemory] = []) { for memory in memories { append(memory) } }

    var isEmpty: Bool { groups.isEmpty && stretches.isEmpty && rows.isEmpty }

    /// Adds what a later source has brought.
    private mutating func append(_ later: DealtMemory) {
        groups.merge(later.groups) { $1 }
        for stretch in later.stretches where stretch.end > stretches.last?.end ?? -.infinity {
            stretches.append(stretch)
        }
        rows.merge(later.rows) { $0.union($1) }
    }

    /// Remembers rows of a part; of several parts the oldest comes first.
    mutating func remember(_ chosen: [Int], of marks: RowMarks, in part: DatasetDescription.Part) {
        switch marks.kind {
        case .groups(let names): for row in chosen { groups[names[row]] = part }
        case .times(let times):
            guard let last = chosen.lazy.map({ times[$0] }).max(), last > stretches.last?.end ?? -.infinity else {
                return
            }
            stretches.append((last, part))
        case .rows: rememberEach(chosen, of: marks, in: part)
        }
    }

    /// Remembers each row by itself, whatever it has in common with others.
    mutating func rememberEach(_ chosen: [Int], of marks: RowMarks, in part: DatasetDescription.Part) {
        for row in chosen { rows[marks.keys[row], default: []].insert(part) }
    }

    /// The part in which each row has to be; `nil` where neither its group or time nor the row itself says so.
    func parts(of marks: RowMarks) -> [DatasetDescription.Part?] {
        // Where no row is remembered by itself, no row has to be looked at.
        let byRow: [DatasetDescription.Part?]? = rows.isEmpty ? nil : marks.keys.map(part(ofKey:))
        return (0..<marks.count).map { row in
            let own = byRow.flatMap { $0[row] }
            return switch marks.kind {
            case .groups(let names): groups[names[row]] ?? own
            case .times(let times): own ?? stretches.first { times[row] <= $0.end }?.part
            case .rows: own
            }
        }
    }

    private func part(ofKey key: UInt64) -> DatasetDescription.Part? {
        guard let parts = rows[key], parts.count == 1 else { return nil }
        return parts.first
    }
}

/// What the rows of a source are known by in another.
final class RowMarks {
    enum Kind {
        /// What the group of each row is called.
        case groups([ByteString])
        case times([Double])
        /// Each row stands for itself.
        case rows
    }

    let kind: Kind
    private let examples: Examples

    init(_ places: RowPlaces, of labeled: LabeledSource, _ examples: Examples) {
        self.examples = examples
        kind =
            switch places {
            case .groups: .groups(labeled.grouping?.groupNames() ?? [])
            case .times(let times): .times(times)
            case .rows: .rows
            }
    }

    var count: Int { examples.rows }

    /// A number for each row that is the same for the same features; others share one as good as never.
    private(set) lazy var keys: [UInt64] = (0..<count).map { row in
        let inputs = examples.inputs
        var key: UInt64 = 0x9E37_79B9_7F4A_7C15
        for column in 0..<inputs.columns {
            key = (key ^ UInt64(inputs[row, column].bitPattern)) &* 0xD6E8_FEB8_6659_FD93
            key ^= key >> 32
        }
        return key
    }
}
