/// A step as the project asks for it.
package enum TransformDescription: Sendable, Hashable {
    /// Multiplies by a number, such as 1/255.
    case rescale(factor: Double)
    /// Brings every value to mean 0 and deviation 1.
    case standardize
    /// Brings every value to 0...1.
    case minMax
    /// Brings every value to median 0 and quartiles 1 apart.
    case robust
    /// The logarithm of one plus the value.
    case logOnePlus
    case clip(ClipLimits)
    case impute(Imputation)
    /// Gives each category an output of its own; those of fewer than `minimumRows` rows are as unknown ones.
    case oneHot(unknown: UnknownCategory = .zeros, minimumRows: Int = 1)
    /// Numbers the categories, in the given order or in that of their bytes.
    case ordinal(order: [String]? = nil, unknown: UnknownCategory = .error)
    /// Gives each text one of so many places.
    case hash(buckets: Int)
    case dateParts([DateParts.Part], format: CivilTime.Format = .iso)
    /// Sums up the values of a row, which are a piece of a signal.
    case statistics([SignalStatistic])

    /// What limits a value.
    package enum ClipLimits: Sendable, Hashable {
        case fixed(lower: Double?, upper: Double?)
        /// The given quantiles of the training rows.
        case quantiles(Double, Double)
    }

    /// What is put where something is missing.
    package struct Imputation: Sendable, Hashable {
        package enum Strategy: Sendable, Hashable {
            case median, mean, mostFrequent
            /// A number, or a text where the column is one.
            case constant(String)
        }

        package let strategy: Strategy
        /// Whether a feature tells where something was missing.
        package let indicator: Bool

        package init(_ strategy: Strategy, indicator: Bool = false) {
            self.strategy = strategy
            self.indicator = indicator
        }
    }

    /// What the step takes; `nil` where it takes both.
    package var input: Field.Kind? {
        switch self {
        case .oneHot, .ordinal, .hash, .dateParts: .text
        case .rescale, .standardize, .minMax, .robust, .logOnePlus, .clip, .statistics: .number
        case .impute: nil
        }
    }

    /// Whether it takes the values of a row as a whole, such as a recording, and not each by itself.
    var takesWholeRow: Bool { if case .statistics = self { true } else { false } }

    /// The name in the project file.
    package var name: String {
        switch self {
        case .rescale: "rescale"
        case .standardize: "standardize"
        case .minMax: "min_max"
        case .robust: "robust"
        case .logOnePlus: "log1p"
        case .clip: "clip"
        case .impute: "impute"
        case .oneHot: "one_hot"
        case .ordinal: "ordinal"
        case .hash: "hash"
        case .dateParts: "date_parts"
        case .statistics: "statistics"
        }
    }

    /// Every name, for messages.
    package static let names = [
        "impute", "standardize", "min_max", "robust", "log1p", "clip", "rescale", "one_hot", "ordinal", "hash",
        "date_parts", "statistics",
    ]
}

extension TransformDescription {
    /// The step itself, when there is nothing to learn.
    func fixed(for kind: Field.Kind, of field: Field, width: Int) throws -> FittedTransform? {
        switch self {
        case .rescale(let factor): FittedTransform(Rescale(factor: factor))
        case .logOnePlus: FittedTransform(LogOnePlus())
        case .clip(.fixed(let lower, let upper)):
            FittedTransform(Clip(lower: [lower ?? -.infinity], upper: [upper ?? .infinity]))
        case .hash(let buckets): FittedTransform(FeatureHash(buckets: buckets))
        case .dateParts(let parts, let format): FittedTransform(DateParts(parts: parts, format: format))
        case .statistics(let statistics):
            FittedTransform(
                try Statistics(statistics, channels: field.shape.count > 1 ? field.shape.last ?? 1 : 1, width: width)
            )
        case .impute(let imputation):
            if case .constant(let text) = imputation.strategy {
                try constant(text, kind, width, indicator: imputation.indicator)
            } else {
                nil
            }
        case .standardize, .minMax, .robust, .clip(.quantiles), .oneHot, .ordinal: nil
        }
    }

    private func constant(_ text: String, _ kind: Field.Kind, _ width: Int, indicator: Bool) throws -> FittedTransform {
        if kind == .text { return FittedTransform(ImputeText(value: ByteString(text), indicator: indicator)) }
        guard let value = DecimalNumber.parse(Array(text.utf8).span), value.isFinite else {
            throw FeatureFault(row: 0, "impute: expected a number for a column of numbers, found `\(text)`")
        }
        return FittedTransform(Impute(values: [Double](repeating: value, count: width), indicator: indicator))
    }

    /// Learns from training rows, which come in blocks that the earlier steps of the chain have been applied to.
    func fitter(for field: Field, kind: Field.Kind, width: Int) -> any TransformFitter {
        switch self {
        case .standardize: StandardizeFitter(width: width)
        case .minMax: MinMaxFitter(width: width)
        case .robust: RobustFitter(width: width)
        case .clip(.quantiles(let lower, let upper)): ClipFitter(width: width, quantiles: lower...upper)
        case .oneHot(let unknown, let minimum):
            OneHotFitter(column: field.name, unknown: unknown, minimumRows: minimum)
        case .ordinal(let order, let unknown): OrdinalFitter(column: field.name, order: order, unknown: unknown)
        case .impute(let imputation):
            switch (imputation.strategy, kind) {
            case (.mean, _): ImputeMeanFitter(width: width, indicator: imputation.indicator)
            case (.mostFrequent, .text):
                ImputeMostFrequentTextFitter(column: field.name, indicator: imputation.indicator)
            case (.mostFrequent, .number): ImputeMostFrequentFitter(width: width, indicator: imputation.indicator)
            case (.median, _), (.constant, _): ImputeMedianFitter(width: width, indicator: imputation.indicator)
            }
        case .rescale, .logOnePlus, .clip(.fixed), .hash, .dateParts, .statistics:
            preconditionFailure("there is nothing to learn for \(name)")
        }
    }
}
