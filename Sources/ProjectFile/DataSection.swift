/// Where rows come from.
package struct DataSection: Sendable {
    /// A set of rows.
    package enum Source: Sendable {
        /// Images and labels in IDX files, plain or compressed with gzip.
        case images(String, labels: String)
        case csv(CSVOptions)
        /// Rows and targets in NPY files.
        case npy(inputs: String, targets: String)
        /// Rows made from random numbers, for examples.
        case synthetic(SyntheticOptions)
    }

    /// How to read a CSV file.
    package struct CSVOptions: Sendable {
        package let path: String
        package let delimiter: Delimiter
    }

    /// What stands between two fields of a table.
    package enum Delimiter: Sendable, Hashable {
        /// What the first rows show.
        case auto
        /// A character of one byte.
        case character(Unicode.Scalar)
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
    /// The column that the model is to answer.
    package let target: String?
    package let ignore: [String]
    package let classes: [String]?
    /// The place in the file, for messages.
    package let node: ProjectNode

    init(_ node: ProjectNode) throws(ProjectError) {
        self.node = node
        var section = try node.section()
        train = try DataSection.source(section.required("train"))
        test = try section.optional("test").map { (node) throws(ProjectError) in try DataSection.source(node) }
        var validationSplit: Double?
        var testSplit: Double?
        var validation: Source?
        if let node = section.optional("validation") {
            var inner = try node.section()
            if let share = inner.optional("split") {
                validationSplit = try share.number(in: 0...0.9)
                try inner.finish()
            } else {
                validation = try DataSection.source(node)
            }
        }
        if let node = section.optional("split") {
            var inner = try node.section()
            if let share = inner.optional("validation") { validationSplit = try share.number(in: 0...0.9) }
            if let share = inner.optional("test") { testSplit = try share.number(in: 0...0.9) }
            try inner.finish()
            if (validationSplit ?? 0) + (testSplit ?? 0) > 0.9 {
                throw node.error("`\(node.path)`: less than a tenth of the rows would be left to train on")
            }
        }
        self.validation = validation
        self.validationSplit = validationSplit
        self.testSplit = testSplit
        target = try section.optional("target")?.string()
        ignore = try section.optional("ignore")?.strings() ?? []
        classes = try section.optional("classes")?.strings()
        try section.finish()
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

    private static func source(_ node: ProjectNode) throws(ProjectError) -> Source {
        var section = try node.section()
        if let images = section.optional("images") {
            let source = Source.images(try images.string(), labels: try section.required("labels").string())
            try section.finish()
            return source
        }
        if let csv = section.optional("csv") {
            let source = Source.csv(
                CSVOptions(path: try csv.string(), delimiter: try delimiter(section.optional("delimiter")))
            )
            try section.finish()
            return source
        }
        if let inputs = section.optional("inputs") {
            let source = Source.npy(inputs: try inputs.string(), targets: try section.required("targets").string())
            try section.finish()
            return source
        }
        if let synthetic = section.optional("synthetic") {
            let source = Source.synthetic(try DataSection.synthetic(synthetic))
            try section.finish()
            return source
        }
        throw node.error(
            "`\(node.path)`: expected one of images and labels, csv, inputs and targets, synthetic",
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
