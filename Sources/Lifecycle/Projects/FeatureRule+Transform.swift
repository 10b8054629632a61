internal import Datasets
internal import ProjectFile
internal import Support

extension FeatureRule {
    /// The steps of a column; throws ``ProjectError`` with the line.
    func rule() throws -> FeatureDescription.Rule {
        let sizes = steps.prefix { FeatureRule.sizeSteps.contains($0.name) }
        for step in steps.dropFirst(sizes.count) where FeatureRule.sizeSteps.contains(step.name) {
            throw step.node.error(
                "`\(step.name)` changes the size of a picture, and stands before every other step",
                hints: ["for example: image: [resize: [64, 64], rescale: 1/255]"]
            )
        }
        return FeatureDescription.Rule(
            pattern,
            try steps.dropFirst(sizes.count).map { try $0.transform() },
            sizes: try sizes.map { try $0.sizeStep() }
        )
    }

    /// The steps for the size of pictures.
    fileprivate static let sizeSteps = ["resize", "crop"]
}

extension FeatureRule.Step {
    /// `resize: [64, 64]` or `crop: [56, 56]`, height and width.
    fileprivate func sizeStep() throws -> PictureSize {
        guard let options else {
            throw node.error("`\(name)` needs a size", hints: ["for example: \(name): [64, 64]"])
        }
        let sizes = try options.list().map { try $0.integer(in: 1...16_384) }
        guard sizes.count == 2 else {
            throw options.error("`\(name)`: expected [height, width], found \(sizes.count) numbers")
        }
        return name == "resize"
            ? .resize(height: sizes[0], width: sizes[1]) : .crop(height: sizes[0], width: sizes[1])
    }

    /// The step that the project file means.
    func transform() throws -> TransformDescription {
        switch name {
        case "rescale":
            guard let options else {
                throw node.error("`rescale` needs a factor", hints: ["for example: rescale: 1/255"])
            }
            return .rescale(factor: try options.number())
        case "standardize": return try withoutOptions(.standardize)
        case "min_max": return try withoutOptions(.minMax)
        case "robust": return try withoutOptions(.robust)
        case "log1p": return try withoutOptions(.logOnePlus)
        case "clip": return .clip(try limits())
        case "impute": return .impute(try imputation())
        case "one_hot": return try oneHot()
        case "ordinal": return try ordinal()
        case "hash": return .hash(buckets: try buckets())
        case "date_parts": return try dateParts()
        case "statistics": return .statistics(try statistics())
        default:
            throw node.error(
                "unknown step `\(name)`",
                hints: [
                    NearestWord.find(name, in: FeatureRule.sizeSteps + TransformDescription.names)
                        .map { "did you mean `\($0)`?" }
                        ?? "the steps are: \((TransformDescription.names + FeatureRule.sizeSteps).joined(separator: ", "))"
                ]
            )
        }
    }

    private func withoutOptions(_ step: TransformDescription) throws -> TransformDescription {
        if let options { throw options.error("`\(name)` has no options") }
        return step
    }

    /// `clip: {min: 0, max: 10}` or `clip: {quantiles: [0.01, 0.99]}`.
    private func limits() throws -> TransformDescription.ClipLimits {
        guard let options else {
            throw node.error("`clip` needs limits", hints: ["for example: clip: {min: 0, max: 10}"])
        }
        var section = try options.section()
        let lower = try section.optional("min")?.number()
        let upper = try section.optional("max")?.number()
        let quantiles = try section.optional("quantiles")?.list().map { try $0.number(in: 0...1) }
        try section.finish()
        if let quantiles {
            guard quantiles.count == 2, quantiles[0] < quantiles[1], lower == nil, upper == nil else {
                throw options.error("`clip`: expected quantiles such as [0.01, 0.99], and nothing else")
            }
            return .quantiles(quantiles[0], quantiles[1])
        }
        guard lower != nil || upper != nil, (lower ?? -.infinity) < (upper ?? .infinity) else {
            throw options.error("`clip`: expected min below max, or one of the two")
        }
        return .fixed(lower: lower, upper: upper)
    }

    /// `impute: median`, `impute: {constant: 0}`, or `impute: {strategy: median, indicator: true}`.
    private func imputation() throws -> TransformDescription.Imputation {
        let strategies = ["median", "mean", "most_frequent", "constant"]
        guard let options else {
            throw node.error(
                "`impute` needs a strategy",
                hints: ["the strategies are: \(strategies.joined(separator: ", "))"]
            )
        }
        func strategy(_ word: String, _ value: ProjectNode?) throws -> TransformDescription.Imputation.Strategy {
            guard word == "constant" else {
                if let value { throw value.error("`impute`: \(word) takes no value") }
                return word == "mean" ? .mean : word == "median" ? .median : .mostFrequent
            }
            guard let value else { throw options.error("`impute: constant` needs the key `value`") }
            return .constant(try value.string())
        }
        if case .scalar = options.content {
            return .init(try strategy(options.word(of: strategies), nil))
        }
        var section = try options.section()
        let indicator = try section.optional("indicator")?.boolean() ?? false
        let constant = section.optional("constant")
        let value = section.optional("value")
        let chosen =
            try constant.map { try strategy("constant", $0) }
            ?? strategy(section.required("strategy").word(of: strategies), value)
        try section.finish()
        return .init(chosen, indicator: indicator)
    }

    private func unknown(_ section: inout ProjectSection, of choices: [UnknownCategory]) throws -> UnknownCategory? {
        try section.optional("unknown").flatMap {
            UnknownCategory(rawValue: try $0.word(of: choices.map(\.rawValue)))
        }
    }

    /// `one_hot`, or `one_hot: {unknown: other, min_rows: 5}`.
    private func oneHot() throws -> TransformDescription {
        guard let options else { return .oneHot() }
        var section = try options.section()
        let unknown = try unknown(&section, of: UnknownCategory.allCases)
        let minimum = try section.optional("min_rows")?.integer(in: 1...Int.max)
        try section.finish()
        return .oneHot(unknown: unknown ?? .zeros, minimumRows: minimum ?? 1)
    }

    /// `ordinal`, or `ordinal: {order: [low, mid, high], unknown: other}`.
    private func ordinal() throws -> TransformDescription {
        guard let options else { return .ordinal() }
        if case .list = options.content {
            return .ordinal(order: try checkedOrder(options.strings(), options))
        }
        var section = try options.section()
        let unknown = try unknown(&section, of: [.error, .other])
        let order = try section.optional("order").map { try checkedOrder($0.strings(), options) }
        try section.finish()
        return .ordinal(order: order, unknown: unknown ?? .error)
    }

    private func checkedOrder(_ words: [String], _ node: ProjectNode) throws -> [String] {
        guard Set(words).count == words.count, !words.isEmpty else {
            throw node.error("`ordinal`: expected an order of different words")
        }
        return words
    }

    /// `hash: 64` or `hash: {buckets: 64}`.
    private func buckets() throws -> Int {
        guard let options else {
            throw node.error("`hash` needs the number of buckets", hints: ["for example: hash: 64"])
        }
        guard case .mapping = options.content else { return try options.integer(in: 1...1_000_000) }
        var section = try options.section()
        let buckets = try section.required("buckets").integer(in: 1...1_000_000)
        try section.finish()
        return buckets
    }

    /// `date_parts: [month, weekday, hour]`, or with a format: `date_parts: {parts: [month], format: day_first}`.
    private func dateParts() throws -> TransformDescription {
        let usual: [DateParts.Part] = [.year, .month, .day, .weekday, .hour]
        guard let options else { return .dateParts(usual) }
        func parts(_ node: ProjectNode) throws -> [DateParts.Part] {
            let found = try node.list().compactMap {
                DateParts.Part(rawValue: try $0.word(of: DateParts.Part.allCases.map(\.rawValue)))
            }
            guard !found.isEmpty, Set(found).count == found.count else {
                throw node.error("`date_parts`: expected different parts of a date")
            }
            return found
        }
        if case .list = options.content { return .dateParts(try parts(options)) }
        var section = try options.section()
        let chosen = try section.optional("parts").map(parts) ?? usual
        let format = try section.optional("format").map { try $0.timeFormat() } ?? .iso
        try section.finish()
        return .dateParts(chosen, format: format)
    }
}

extension ProjectNode {
    /// How dates are written: `iso`, `day_first` or `month_first`.
    func timeFormat() throws -> CivilTime.Format {
        CivilTime.Format(rawValue: try word(of: CivilTime.Format.allCases.map(\.rawValue))) ?? .iso
    }
}
