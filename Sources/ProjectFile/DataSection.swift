/// Where rows come from.
///
/// Only an anomaly task has rows without answers.
package struct DataSection: Sendable {
    /// A set of rows.
    package enum Source: Sendable {
        /// Images and labels in IDX files, plain or compressed with gzip.
        case images(String, labels: String?)
        case csv(CSVOptions)
        /// A JSON object per line, and what stands for a value that is not there.
        case jsonl(String, missing: [String])
        /// Rows and targets in NPY files.
        case npy(inputs: String, targets: String?)
        /// Two arrays in one NPZ file, by their names.
        case npz(String, inputs: String, targets: String?)
        /// Pictures with so many channels, each class in a folder of its own.
        case folder(String, channels: Int)
        /// Recordings, each class in a folder of its own.
        case recordings(String)
        /// Rows made from random numbers, for examples.
        case synthetic(SyntheticOptions)
    }

    /// How to read a CSV file.
    package struct CSVOptions: Sendable {
        package let path: String
        package let delimiter: Delimiter
        /// What stands before the decimals of a number.
        package let decimal: Unicode.Scalar
        /// What stands for a value that is not there.
        package let missing: [String]
    }

    /// What stands between two fields of a table.
    package enum Delimiter: Sendable, Hashable {
        /// What the first rows show.
        case auto
        /// A character of one byte.
        case character(Unicode.Scalar)
    }

    /// What the rows are dealt out by.
    package struct Grouping: Sendable {
        /// Whether the column tells the time, instead of a group.
        package let isTime: Bool
        package let column: String
        /// How the time is written; `nil` for ISO 8601.
        package let format: ProjectNode?
        package let node: ProjectNode
    }

    /// How many parts of the rows are held out one after the other.
    package struct Folds: Sendable {
        package let count: Int
        package let node: ProjectNode
    }

    /// What to make up.
    package struct SyntheticOptions: Sendable {
        /// `classification` or `regression`.
        package let kind: String
        package let rows: Int
        package let inputs: Int
        package let classes: Int
        package let seed: Int
    }

    package let train: Source
    package let test: Source?
    package let validation: Source?
    /// Shares of the training rows that are kept apart.
    package let validationSplit: Double?
    package let testSplit: Double?
    /// The folds that the training rows are dealt into; `nil` for none.
    package let folds: Folds?
    package let grouping: Grouping?
    /// The column that the model is to answer.
    package let target: String?
    package let ignore: [String]
    /// The column that says how much each row counts in training.
    package let sampleWeights: String?
    package let classes: [String]?
    /// How examples are cut out of a series; `nil` where each row is one.
    package let windows: WindowSection?
    /// Of an anomaly task the class of the rows that are normal; `nil` for the usual name.
    package let normal: String?
    /// Whether the files that are learned from are copied into the project.
    package let keepsCopy: Bool
    /// The place in the file, for messages.
    package let node: ProjectNode

    init(_ node: ProjectNode, isAnomaly: Bool = false) throws(ProjectError) {
        self.node = node
        var section = try node.section()
        let train = try DataSection.source(section.required("train"), isAnomaly: isAnomaly)
        self.train = train
        test = try section.optional("test").map { (node) throws(ProjectError) in
            try DataSection.source(node, like: train, isAnomaly: isAnomaly)
        }
        var validationSplit: Double?
        var testSplit: Double?
        var validation: Source?
        var grouping: Grouping?
        var folds: Folds?
        if let node = section.optional("validation") {
            var inner = try node.section()
            if let count = inner.optional("folds") {
                folds = Folds(count: try count.integer(in: 2...100), node: count)
                try inner.finish()
            } else if let share = inner.optional("split") {
                validationSplit = try share.number(in: 0...0.9)
                try inner.finish()
            } else {
                validation = try DataSection.source(node, like: train, isAnomaly: isAnomaly)
            }
        }
        if let node = section.optional("split") {
            var inner = try node.section()
            if let share = inner.optional("validation") { validationSplit = try share.number(in: 0...0.9) }
            if let share = inner.optional("test") { testSplit = try share.number(in: 0...0.9) }
            grouping = try DataSection.grouping(&inner, node)
            try inner.finish()
            try folds?.check(beside: validationSplit, grouping)
            if (validationSplit ?? 0) + (testSplit ?? 0) > 0.9 {
                throw node.error("`\(node.path)`: less than a tenth of the rows would be left to train on")
            }
        }
        self.validation = validation
        self.validationSplit = validationSplit
        self.testSplit = testSplit
        self.folds = folds
        self.grouping = grouping
        target = try section.optional("target")?.string()
        keepsCopy = try section.optional("keep")?.word(of: ["copy", "nothing"]) == "copy"
        sampleWeights = try section.optional("sample_weights")?.string()
        windows = try section.optional("windows").map { (node) throws(ProjectError) in try WindowSection(node) }
        ignore = try section.optional("ignore")?.strings() ?? []
        let (classes, normal) = (section.optional("classes"), section.optional("normal"))
        if isAnomaly, let classes {
            throw classes.error(
                "`\(classes.path)`: an anomaly task knows what is normal, and takes everything else for an anomaly",
                hints: ["say which rows are normal: data: {normal: NAME}"]
            )
        }
        if !isAnomaly, let normal { throw normal.error("`\(normal.path)` is for `task: anomaly`") }
        self.classes = try classes?.strings()
        self.normal = try normal?.string()
        try section.finish()
    }

    private static func grouping(
        _ section: inout ProjectSection,
        _ node: ProjectNode
    ) throws(ProjectError) -> Grouping? {
        let (group, time) = (section.optional("by_group"), section.optional("by_time"))
        if let group {
            guard time == nil else {
                throw node.error("`\(node.path)`: the rows are dealt out by a group or by time, not by both")
            }
            return Grouping(isTime: false, column: try group.string(), format: nil, node: group)
        }
        guard let time else { return nil }
        guard case .mapping = time.content else {
            return Grouping(isTime: true, column: try time.string(), format: nil, node: time)
        }
        var options = try time.section()
        let grouping = Grouping(
            isTime: true,
            column: try options.required("column").string(),
            format: options.optional("format"),
            node: time
        )
        try options.finish()
        return grouping
    }

    private static func delimiter(_ node: ProjectNode?) throws(ProjectError) -> Delimiter {
        guard let node else { return .character(",") }
        let text = try node.string()
        if text == "auto" { return .auto }
        guard let scalar = text.unicodeScalars.first, scalar.isASCII, text.utf8.count == 1 else {
            throw node.error("`\(node.path)`: expected one ASCII character or auto, found `\(text)`")
        }
        return .character(scalar)
    }

    private static func csv(
        _ path: ProjectNode,
        _ section: inout ProjectSection,
        like source: Source?
    ) throws(ProjectError) -> CSVOptions {
        var other: CSVOptions?
        if case .csv(let options) = source { other = options }
        let (delimiter, decimal) = (section.optional("delimiter"), section.optional("decimal"))
        return CSVOptions(
            path: try path.string(),
            delimiter: try delimiter == nil && other != nil
                ? other?.delimiter ?? .auto : DataSection.delimiter(delimiter),
            decimal: try decimal?.word(of: [".", ","]).unicodeScalars.first ?? other?.decimal ?? ".",
            missing: try missing(section.optional("missing"), like: source)
        )
    }

    /// What stands for a missing value; the empty field alone, unless the file or the training table says otherwise.
    private static func missing(_ node: ProjectNode?, like other: Source?) throws(ProjectError) -> [String] {
        if let node { return try node.list().map { (node) throws(ProjectError) in try node.text() } }
        switch other {
        case .csv(let options): return options.missing
        case .jsonl(_, let missing): return missing
        case .images, .npy, .npz, .folder, .recordings, .synthetic, nil: return [""]
        }
    }

    /// Reads a source; a table is written like the one that is learned from, unless it says otherwise.
    private static func source(
        _ node: ProjectNode,
        like other: Source? = nil,
        isAnomaly: Bool
    ) throws(ProjectError) -> Source {
        var section = try node.section()
        func answers(_ key: String, in section: inout ProjectSection) throws(ProjectError) -> String? {
            isAnomaly ? try section.optional(key)?.string() : try section.required(key).string()
        }
        if let images = section.optional("images") {
            let source = Source.images(try images.string(), labels: try answers("labels", in: &section))
            try section.finish()
            return source
        }
        if let csv = section.optional("csv") {
            let source = Source.csv(try DataSection.csv(csv, &section, like: other))
            try section.finish()
            return source
        }
        if let jsonl = section.optional("jsonl") {
            let missing = try DataSection.missing(section.optional("missing"), like: other)
            let source = Source.jsonl(try jsonl.string(), missing: missing)
            try section.finish()
            return source
        }
        if let npz = section.optional("npz") {
            let source = Source.npz(
                try npz.string(),
                inputs: try section.required("inputs").string(),
                targets: try answers("targets", in: &section)
            )
            try section.finish()
            return source
        }
        if let inputs = section.optional("inputs") {
            let source = Source.npy(inputs: try inputs.string(), targets: try answers("targets", in: &section))
            try section.finish()
            return source
        }
        if let folder = section.optional("folder") {
            let channels = try section.optional("channels")?.integer(in: 1...3)
            guard channels != 2 else { throw folder.error("`channels`: expected 1 for gray or 3 for colours") }
            var usual = 3
            if case .folder(_, let channels)? = other { usual = channels }
            let source = Source.folder(try folder.string(), channels: channels ?? usual)
            try section.finish()
            return source
        }
        if let recordings = section.optional("recordings") {
            let source = Source.recordings(try recordings.string())
            try section.finish()
            return source
        }
        if let synthetic = section.optional("synthetic") {
            let source = Source.synthetic(try DataSection.synthetic(synthetic))
            try section.finish()
            return source
        }
        throw node.error(
            "`\(node.path)`: expected one of folder, recordings, images and labels, csv, jsonl, inputs and targets, npz, synthetic",
            hints: ["for example: train: {csv: process.csv}"]
        )
    }

    private static func synthetic(_ node: ProjectNode) throws(ProjectError) -> SyntheticOptions {
        let (kind, options) = try node.wordWithOptions()
        guard ["classification", "regression"].contains(kind), let options else {
            throw node.error("`\(node.path)`: expected classification or regression with rows and inputs")
        }
        var section = try options.section()
        let made = SyntheticOptions(
            kind: kind,
            rows: try section.required("rows").integer(in: 1...100_000_000),
            inputs: try section.required("inputs").integer(in: 1...1_000_000),
            classes: kind == "classification" ? try section.required("classes").integer(in: 2...100_000) : 0,
            seed: try section.optional("seed")?.integer(in: 0...Int.max) ?? 1
        )
        try section.finish()
        return made
    }
}

extension DataSection.Folds {
    /// Throws where rows are kept for validation in another way as well, or have an order.
    fileprivate func check(beside share: Double?, _ grouping: DataSection.Grouping?) throws(ProjectError) {
        if let share, share > 0 {
            throw node.error(
                "`\(node.path)`: the validation rows are a share of the rows or their folds, not both",
                hints: ["drop `data.split.validation`, or `data.validation.folds`"]
            )
        }
        guard let grouping, grouping.isTime else { return }
        throw node.error(
            "`\(node.path)`: folds and time do not go together: a network would learn from rows that came after those it "
                + "is judged by",
            hints: [
                "give the newest rows to validation instead: split: {by_time: \(grouping.column), validation: 0.2}",
                "or deal by a group: split: {by_group: COLUMN}",
            ]
        )
    }
}
