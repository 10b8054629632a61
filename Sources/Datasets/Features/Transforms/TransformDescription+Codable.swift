/// Written as the name of the step with its options; what is as usual is left out, so that a new option does not change
/// the digest of the recipes before it.
extension TransformDescription: Codable {
    private enum Step: String, CodingKey {
        case rescale, standardize, minMax, robust, log1p, clip, impute, oneHot, ordinal, hash, dateParts
        case statistics
    }

    private enum Option: String, CodingKey {
        case factor, min, max, quantiles, strategy, value, indicator, unknown, minimumRows, order, buckets, parts
        case format, of
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Step.self)
        guard let step = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a step that this mlops does not know")
            )
        }
        let options = try container.nestedContainer(keyedBy: Option.self, forKey: step)
        switch step {
        case .rescale: self = .rescale(factor: try options.decode(Double.self, forKey: .factor))
        case .standardize: self = .standardize
        case .minMax: self = .minMax
        case .robust: self = .robust
        case .log1p: self = .logOnePlus
        case .clip: self = .clip(try Self.limits(options))
        case .impute: self = .impute(try Self.imputation(options))
        case .oneHot:
            self = .oneHot(
                unknown: try options.decodeIfPresent(UnknownCategory.self, forKey: .unknown) ?? .zeros,
                minimumRows: try options.decodeIfPresent(Int.self, forKey: .minimumRows) ?? 1
            )
        case .ordinal:
            self = .ordinal(
                order: try options.decodeIfPresent([String].self, forKey: .order),
                unknown: try options.decodeIfPresent(UnknownCategory.self, forKey: .unknown) ?? .error
            )
        case .hash: self = .hash(buckets: try options.decode(Int.self, forKey: .buckets))
        case .dateParts:
            self = .dateParts(
                try options.decode([DateParts.Part].self, forKey: .parts),
                format: try options.decodeIfPresent(CivilTime.Format.self, forKey: .format) ?? .iso
            )
        case .statistics: self = .statistics(try options.decode([SignalStatistic].self, forKey: .of))
        }
    }

    private static func limits(_ options: KeyedDecodingContainer<Option>) throws -> ClipLimits {
        if let quantiles = try options.decodeIfPresent([Double].self, forKey: .quantiles) {
            guard quantiles.count == 2, 0 <= quantiles[0], quantiles[0] <= quantiles[1], quantiles[1] <= 1 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .quantiles,
                    in: options,
                    debugDescription: "expected two ascending shares, found \(quantiles)"
                )
            }
            return .quantiles(quantiles[0], quantiles[1])
        }
        return .fixed(
            lower: try options.decodeIfPresent(Double.self, forKey: .min),
            upper: try options.decodeIfPresent(Double.self, forKey: .max)
        )
    }

    private static func imputation(_ options: KeyedDecodingContainer<Option>) throws -> Imputation {
        let indicator = try options.decodeIfPresent(Bool.self, forKey: .indicator) ?? false
        switch try options.decode(String.self, forKey: .strategy) {
        case "median": return Imputation(.median, indicator: indicator)
        case "mean": return Imputation(.mean, indicator: indicator)
        case "most_frequent": return Imputation(.mostFrequent, indicator: indicator)
        case "constant":
            return Imputation(.constant(try options.decode(String.self, forKey: .value)), indicator: indicator)
        case let strategy:
            throw DecodingError.dataCorruptedError(
                forKey: .strategy,
                in: options,
                debugDescription: "there is no strategy `\(strategy)`"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Step.self)
        func options(_ step: Step) -> KeyedEncodingContainer<Option> {
            container.nestedContainer(keyedBy: Option.self, forKey: step)
        }
        switch self {
        case .rescale(let factor):
            var options = options(.rescale)
            try options.encode(factor, forKey: .factor)
        case .standardize: _ = options(.standardize)
        case .minMax: _ = options(.minMax)
        case .robust: _ = options(.robust)
        case .logOnePlus: _ = options(.log1p)
        case .clip(let limits):
            var options = options(.clip)
            switch limits {
            case .fixed(let lower, let upper):
                try options.encodeIfPresent(lower, forKey: .min)
                try options.encodeIfPresent(upper, forKey: .max)
            case .quantiles(let lower, let upper): try options.encode([lower, upper], forKey: .quantiles)
            }
        case .impute(let imputation):
            var options = options(.impute)
            try options.encode(imputation.strategy.name, forKey: .strategy)
            if case .constant(let value) = imputation.strategy { try options.encode(value, forKey: .value) }
            if imputation.indicator { try options.encode(true, forKey: .indicator) }
        case .oneHot(let unknown, let minimumRows):
            var options = options(.oneHot)
            if unknown != .zeros { try options.encode(unknown, forKey: .unknown) }
            if minimumRows != 1 { try options.encode(minimumRows, forKey: .minimumRows) }
        case .ordinal(let order, let unknown):
            var options = options(.ordinal)
            try options.encodeIfPresent(order, forKey: .order)
            if unknown != .error { try options.encode(unknown, forKey: .unknown) }
        case .hash(let buckets):
            var options = options(.hash)
            try options.encode(buckets, forKey: .buckets)
        case .dateParts(let parts, let format):
            var options = options(.dateParts)
            try options.encode(parts, forKey: .parts)
            if format != .iso { try options.encode(format, forKey: .format) }
        case .statistics(let statistics):
            var options = options(.statistics)
            try options.encode(statistics, forKey: .of)
        }
    }
}

extension TransformDescription.Imputation.Strategy {
    fileprivate var name: String {
        switch self {
        case .median: "median"
        case .mean: "mean"
        case .mostFrequent: "most_frequent"
        case .constant: "constant"
        }
    }
}
