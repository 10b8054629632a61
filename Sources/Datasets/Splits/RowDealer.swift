/// Deals out the rows of one source after the other, so that what was kept from a model stays kept from it.
///
/// Of the rows of a later source
/// * those of a group that was there before go where the group is;
/// * by time, those from before the end of an earlier part go to that part;
/// * without either, those whose features stood in one part before, and in no other, go there.
///
/// Only the others are dealt out anew.
package struct RowDealer {
    private let description: DatasetDescription
    private let features: FeaturePipeline
    private let classes: ClassNames?
    /// Where the rows of each source have gone, in the order of the sources.
    private var memories: [DealtMemory] = []

    /// Deals as a description says; the features are those of a model.
    package init(_ description: DatasetDescription, features: FeaturePipeline, classes: ClassNames?) {
        self.description = description
        self.features = features
        self.classes = classes
    }

    /// What the rows of a source have become.
    package struct Parts {
        package let training: Examples?
        package let validation: Examples?
        package let test: Examples?
        /// The rows of the source.
        package let rows: Int
        /// Those that went where their features stood before; not counted where groups or times decide.
        package let repeated: Int
    }

    /// Deals out the rows that the description names; `observe` is shown the raw rows that are learned from.
    ///
    /// - Throws: ``DatasetError`` and the failures of the formats.
    package mutating func dealDescribed(observe: (RawRows) throws -> Void) throws -> Parts {
        let dealt = try deal(description.train, observe: observe)
        // What has rows of its own to be judged by is one source with them.
        var memory = memories.removeLast()
        let validation = try description.validation.map { try keep($0, for: .validation, in: &memory) }
        let test = try description.test.map { try keep($0, for: .test, in: &memory) }
        memories.append(memory)
        return Parts(
            training: dealt.training,
            validation: validation ?? dealt.validation,
            test: test ?? dealt.test,
            rows: dealt.rows,
            repeated: 0
        )
    }

    /// Remembers the rows of a file of its own, with their groups or times where it has them, and each row by itself.
    private func keep(
        _ source: DataSource,
        for part: DatasetDescription.Part,
        in memory: inout DealtMemory
    ) throws -> Examples {
        let column = grouping?.column
        let hasColumn = try column.map { name in
            try source.tableReader()?.header.contains { $0.utf8.elementsEqual(name.utf8) } ?? false
        }
        let labeled = try features.load(source, classes: classes, grouping: hasColumn == true ? column : nil)
        let targets = try source.targets(labeled.targets, classes: classes)
        let examples = try features.examples(of: labeled, targets, rows: Array(0..<labeled.rows.count), from: source)
        memory.remember(try DealtPlaces(grouping, labeled, examples, source), in: part)
        memory.remember(examples.rowKeys, in: part)
        return examples
    }

    /// What keeps rows together; `nil` where each stands for itself.
    private var grouping: Split.Grouping? {
        description.split.keepsRows || description.validation != nil || description.test != nil
            ? description.split.grouping : nil
    }

    /// Deals out the rows of another source; `observe` is shown the raw rows that are learned from.
    ///
    /// `earlier` are the places of the sources that were there when it was first dealt out, the first being 0; all of them
    /// if `nil`.
    ///
    /// - Throws: ``DatasetError`` for rows that do not fit the model, and the failures of the formats.
    package mutating func deal(
        _ source: DataSource,
        after earlier: [Int]? = nil,
        observe: (RawRows) throws -> Void
    ) throws -> Parts {
        var memory = DealtMemory()
        for place in earlier ?? Array(memories.indices) { memory.append(memories[place]) }
        let labeled = try features.load(source, classes: classes, grouping: grouping?.column)
        guard labeled.rows.count > 0 else { throw DatasetError.noRows(source.files.first ?? "data") }
        let targets = try source.targets(labeled.targets, classes: classes)
        let all = try features.examples(of: labeled, targets, rows: Array(0..<labeled.rows.count), from: source)
        let places = try DealtPlaces(grouping, labeled, all, source)
        let known = places.parts(in: memory, or: all.rowKeys)
        let fresh = known.indices.filter { known[$0] == nil }
        let parts = try deal(fresh, places, targets, hasEarlier: !memory.isEmpty)
        var rows: [DatasetDescription.Part: [Int]] = [
            .training: parts.training, .validation: parts.validation, .test: parts.test,
        ]
        for (row, part) in known.enumerated() { if let part { rows[part, default: []].append(row) } }
        let repeated = places.repeated(in: memory)
        // In the order of time.
        var own = DealtMemory()
        for part in [DatasetDescription.Part.training, .validation, .test] {
            own.remember(places.selecting(rows[part] ?? []), in: part)
        }
        memories.append(own)
        let training = (rows[.training] ?? []).sorted()
        if source.table != nil { try labeled.show(training, to: observe) }
        return Parts(
            training: all.selecting(training),
            validation: all.selecting((rows[.validation] ?? []).sorted()),
            test: all.selecting((rows[.test] ?? []).sorted()),
            rows: labeled.rows.count,
            repeated: repeated
        )
    }

    /// Takes all rows of a source for learned from: nobody knows any more which ones were kept.
    package mutating func learn(_ source: DataSource, observe: (RawRows) throws -> Void) throws -> Parts {
        let labeled = try features.load(source, classes: classes, grouping: grouping?.column)
        let targets = try source.targets(labeled.targets, classes: classes)
        let all = Array(0..<labeled.rows.count)
        let examples = try features.examples(of: labeled, targets, rows: all, from: source)
        var memory = DealtMemory()
        memory.remember(try DealtPlaces(grouping, labeled, examples, source), in: .training)
        memories.append(memory)
        if source.table != nil { try labeled.show(all, to: observe) }
        return Parts(training: examples, validation: nil, test: nil, rows: all.count, repeated: 0)
    }

    /// Deals out rows that nothing is known about; too few to be kept from training are learned from.
    private func deal(
        _ rows: [Int],
        _ places: DealtPlaces,
        _ targets: Targets,
        hasEarlier: Bool
    ) throws -> Split.Parts {
        let none = Split.Parts(training: rows, validation: [], test: [])
        guard description.split.keepsRows, !rows.isEmpty else { return none }
        do {
            let parts = try split(rows, places, targets)
            return Split.Parts(
                training: parts.training.map { rows[$0] },
                validation: parts.validation.map { rows[$0] },
                test: parts.test.map { rows[$0] }
            )
        } catch let error as DatasetError {
            if hasEarlier { return none }
            throw error
        }
    }

    private func split(_ rows: [Int], _ places: DealtPlaces, _ targets: Targets) throws -> Split.Parts {
        let split = description.split
        var (classes, count): ([Int32]?, Int) = (nil, 1)
        if case .classes(let labels, let number) = targets { (classes, count) = (rows.map { labels[$0] }, number) }
        switch places {
        case .groups(_, let codes):
            return try split.groupedParts(
                of: rows.map { codes[$0] },
                classes: classes,
                count: count,
                seed: description.seed
            )
        case .times(let times): return try split.chronologicalParts(of: rows.map { times[$0] })
        case .rows:
            guard let classes else { return try split.parts(of: rows.count, seed: description.seed) }
            return try split.stratifiedParts(of: classes, count: count, seed: description.seed)
        }
    }
}

/// What decides where each row of a source belongs.
private enum DealtPlaces {
    /// The group of each row: by what it is called, and as a number that counts within the source.
    case groups([ByteString], codes: [Int32])
    case times([Double])
    /// The features of each row.
    case rows([UInt64])

    init(
        _ grouping: Split.Grouping?,
        _ labeled: LabeledSource,
        _ examples: Examples,
        _ source: DataSource
    ) throws {
        let place = source.targetPlace.source
        switch (grouping, labeled.grouping) {
        case (.group?, let column?):
            self = try source.namingLines { .groups(column.groupNames(), codes: try column.groups(place)) }
        case (.time(_, let format)?, let column?):
            self = try source.namingLines { .times(try column.times(format, place)) }
        default: self = .rows(examples.rowKeys)
        }
    }

    /// The part in which each row has to be; `nil` where neither its group or time nor the row itself says so.
    func parts(in memory: DealtMemory, or keys: [UInt64]) -> [DatasetDescription.Part?] {
        switch self {
        case .groups(let names, _): zip(names, keys).map { memory.groups[$0] ?? memory.part(of: $1) }
        case .times(let times): zip(times, keys).map { memory.part(of: $1) ?? memory.part(at: $0) }
        case .rows(let keys): keys.map { memory.part(of: $0) }
        }
    }

    /// The rows that belong where their features were before.
    func repeated(in memory: DealtMemory) -> Int {
        guard case .rows(let keys) = self else { return 0 }
        return keys.count { memory.part(of: $0) != nil }
    }

    func selecting(_ rows: [Int]) -> DealtPlaces {
        switch self {
        case .groups(let names, let codes): .groups(rows.map { names[$0] }, codes: rows.map { codes[$0] })
        case .times(let times): .times(rows.map { times[$0] })
        case .rows(let keys): .rows(rows.map { keys[$0] })
        }
    }
}

/// Where the rows of earlier sources have gone.
private struct DealtMemory {
    private(set) var groups: [ByteString: DatasetDescription.Part] = [:]
    /// The last moment of each stretch of time and its part, the stretches in their order.
    private var stretches: [(end: Double, part: DatasetDescription.Part)] = []
    /// The parts in which rows of these features were.
    private(set) var rows: [UInt64: Set<DatasetDescription.Part>] = [:]

    var isEmpty: Bool { groups.isEmpty && stretches.isEmpty && rows.isEmpty }

    /// Adds what a later source has brought.
    mutating func append(_ later: DealtMemory) {
        groups.merge(later.groups) { $1 }
        for stretch in later.stretches where stretch.end > stretches.last?.end ?? -.infinity {
            stretches.append(stretch)
        }
        rows.merge(later.rows) { $0.union($1) }
    }

    mutating func remember(_ places: DealtPlaces, in part: DatasetDescription.Part) {
        switch places {
        case .groups(let names, _): for name in names { groups[name] = part }
        case .times(let times):
            guard let last = times.max(), last > stretches.last?.end ?? -.infinity else { return }
            stretches.append((last, part))
        case .rows(let keys): remember(keys, in: part)
        }
    }

    mutating func remember(_ keys: [UInt64], in part: DatasetDescription.Part) {
        for key in keys { rows[key, default: []].insert(part) }
    }

    func part(at time: Double) -> DatasetDescription.Part? {
        stretches.first { time <= $0.end }?.part
    }

    func part(of key: UInt64) -> DatasetDescription.Part? {
        guard let parts = rows[key], parts.count == 1 else { return nil }
        return parts.first
    }
}

extension Examples {
    /// A number for each row that is the same for the same features; others share one as good as never.
    fileprivate var rowKeys: [UInt64] {
        (0..<rows).map { row in
            var key: UInt64 = 0x9E37_79B9_7F4A_7C15
            for value in inputs.values[row * inputs.columns..<(row + 1) * inputs.columns] {
                key = (key ^ UInt64(value.bitPattern)) &* 0xD6E8_FEB8_6659_FD93
                key ^= key >> 32
            }
            return key
        }
    }

    /// The given rows; `nil` for none.
    fileprivate func selecting(_ chosen: [Int]) -> Examples? {
        guard !chosen.isEmpty else { return nil }
        var values: [Float] = []
        values.reserveCapacity(chosen.count * inputs.columns)
        for row in chosen { values += inputs.values[row * inputs.columns..<(row + 1) * inputs.columns] }
        return Examples(
            inputs: Matrix(rows: chosen.count, columns: inputs.columns, values: values),
            inputShape: inputShape,
            targets: targets.selecting(chosen)
        )
    }
}
