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
        func keep(_ source: DataSource, for part: DatasetDescription.Part) throws -> Examples {
            let side = try self.side.present(in: source)
            let read = try ReadSource(source, features, classes, side.grouping == nil ? nil : grouping, side)
            memory.remember(read.all, of: read.marks, in: part)
            memory.rememberEach(read.all, of: read.marks, in: part)
            return read.examples
        }
        let validation = try description.validation.map { try keep($0, for: .validation) }
        let test = try description.test.map { try keep($0, for: .test) }
        memories.append(memory)
        return Parts(
            training: dealt.training,
            validation: validation ?? dealt.validation,
            test: test ?? dealt.test,
            rows: dealt.rows,
            repeated: 0
        )
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
        let memory = DealtMemory(earlier.map { $0.map { memories[$0] } } ?? memories)
        let read = try ReadSource(source, features, classes, grouping, side)
        guard !read.all.isEmpty else { throw DatasetError.noRows(source.files.first ?? "data") }
        let known = memory.parts(of: read.marks)
        let fresh = known.indices.filter { known[$0] == nil }
        let dealt = try deal(fresh, of: read, isFirst: memory.isEmpty)
        func rows(_ part: DatasetDescription.Part) -> [Int] {
            (dealt.rows(of: part) + known.indices.filter { known[$0] == part }).sorted()
        }
        let training = description.learnable(rows(.training), of: read.targets)
        let (validation, test) = (rows(.validation), rows(.test))
        var own = DealtMemory()
        own.remember(training, of: read.marks, in: .training)
        own.remember(validation, of: read.marks, in: .validation)
        own.remember(test, of: read.marks, in: .test)
        memories.append(own)
        try read.show(training, to: observe)
        let standAlone = if case .rows = read.marks.kind { true } else { false }
        return Parts(
            training: read.examples.part(training),
            validation: read.examples.part(validation),
            test: read.examples.part(test),
            rows: read.all.count,
            repeated: standAlone ? known.count - fresh.count : 0
        )
    }

    /// Takes all rows of a source for learned from: nobody knows any more which ones were kept.
    package mutating func learn(_ source: DataSource, observe: (RawRows) throws -> Void) throws -> Parts {
        let read = try ReadSource(source, features, classes, grouping, side)
        var memory = DealtMemory()
        memory.remember(read.all, of: read.marks, in: .training)
        memories.append(memory)
        let learned = description.learnable(read.all, of: read.targets)
        try read.show(learned, to: observe)
        return Parts(
            training: read.examples.part(learned),
            validation: nil,
            test: nil,
            rows: read.all.count,
            repeated: 0
        )
    }

    /// The columns beside the features.
    private var side: SideColumns {
        SideColumns(grouping: grouping?.column, weights: description.sampleWeights)
    }

    /// What keeps rows together; `nil` where each stands for itself.
    private var grouping: Split.Grouping? {
        description.split.keepsRows || description.validation != nil || description.test != nil
            ? description.split.grouping : nil
    }

    /// Deals out rows that nothing is known about; too few to be kept from training are learned from.
    private func deal(_ rows: [Int], of read: ReadSource, isFirst: Bool) throws -> Split.Parts {
        let none = Split.Parts(training: rows, validation: [], test: [])
        guard description.split.keepsRows, !rows.isEmpty else { return none }
        do {
            let parts = try description.dealt(by: read.places.selecting(rows), read.targets.selecting(rows))
            return Split.Parts(
                training: parts.training.map { rows[$0] },
                validation: parts.validation.map { rows[$0] },
                test: parts.test.map { rows[$0] }
            )
        } catch let error as DatasetError {
            if isFirst { throw error }
            return none
        }
    }
}

/// All rows of a source, with their features, and what they are dealt out and known by.
private struct ReadSource {
    let labeled: LabeledSource
    let targets: Targets
    let examples: Examples
    let places: RowPlaces
    let marks: RowMarks
    private let isTable: Bool

    /// The places of the rows.
    var all: [Int] { Array(0..<examples.rows) }

    init(
        _ source: DataSource,
        _ features: FeaturePipeline,
        _ classes: ClassNames?,
        _ grouping: Split.Grouping?,
        _ side: SideColumns
    ) throws {
        labeled = try features.load(source, classes: classes, side: side)
        targets = try source.targets(labeled.targets, classes: classes)
        let all = Array(0..<labeled.rows.count)
        examples = try features.examples(of: labeled, targets, rows: all, from: source)
        places = try RowPlaces(grouping, of: labeled, in: source)
        marks = RowMarks(places, of: labeled, examples)
        isTable = source.table != nil
    }

    /// Shows the raw rows, where they are those of a table.
    func show(_ rows: [Int], to observe: (RawRows) throws -> Void) throws {
        if isTable { try labeled.show(rows, to: observe) }
    }
}

extension Examples {
    /// The given rows; `nil` for none.
    fileprivate func part(_ chosen: [Int]) -> Examples? { chosen.isEmpty ? nil : selecting(chosen) }
}
