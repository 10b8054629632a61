/// Puts a number where one is missing.
package struct Impute: Transform {
    package static let key = "impute"
    /// What each value of a row becomes where it is missing.
    package let values: [Double]
    /// Whether a feature tells where something was missing; it stands behind the others, and no later step changes it.
    package let indicator: Bool

    package func apply(to block: inout FeatureBlock) {
        if indicator {
            precondition(block.indicatorWidth == 0, "one step of a chain imputes")
            block.indicators = block.numbers.map { $0.isNaN ? 1 : 0 }
            block.indicatorWidth = block.width
        }
        let values = values.span
        block.update { number, place in number.isNaN ? values[place] : number }
    }

    package func indicatorNames(of inputs: [String]) -> [String] { indicator ? inputs.map { "\($0)_missing" } : [] }
}

extension Impute {
    private enum CodingKeys: String, CodingKey { case values, indicator }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        values = try container.decode([Double].self, forKey: .values)
        indicator = try container.decodeIfPresent(Bool.self, forKey: .indicator) ?? false
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(values, forKey: .values)
        if indicator { try container.encode(true, forKey: .indicator) }
    }
}

/// The mean of what is there.
struct ImputeMeanFitter: TransformFitter {
    let indicator: Bool
    private var moments: MomentsOfColumns

    init(width: Int, indicator: Bool) {
        moments = MomentsOfColumns(width: width)
        self.indicator = indicator
    }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        moments.observe(block)
    }

    func finish() throws -> FittedTransform {
        guard moments.counts.allSatisfy({ $0 > 0 }) else { throw DatasetError.nothingToLearn }
        return FittedTransform(Impute(values: moments.means, indicator: indicator))
    }
}

/// The median of what is there.
struct ImputeMedianFitter: TransformFitter {
    let indicator: Bool
    private var statistics: OrderStatisticsOfColumns

    init(width: Int, indicator: Bool) {
        statistics = OrderStatisticsOfColumns(width: width, shares: [0.5])
        self.indicator = indicator
    }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        statistics.observe(block)
    }

    mutating func needsAnotherPass() -> Bool { statistics.needsAnotherPass() }

    func finish() throws -> FittedTransform {
        FittedTransform(Impute(values: try statistics.quantiles().map { $0[0] }, indicator: indicator))
    }
}

/// The number that is there most often; the least of several.
struct ImputeMostFrequentFitter: TransformFitter {
    /// The most different numbers of a column; more are taken for measurements, of which none is frequent.
    static let limit = 1_000_000

    let indicator: Bool
    private var counts: [[Double: Int]]

    init(width: Int, indicator: Bool) {
        counts = [[Double: Int]](repeating: [:], count: width)
        self.indicator = indicator
    }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        for (index, number) in block.numbers.enumerated() where !number.isNaN {
            counts[index % counts.count][number, default: 0] += 1
        }
        guard counts.contains(where: { $0.count > Self.limit }) else { return }
        throw FeatureFault(
            row: block.rows - 1,
            "there are more than \(Self.limit) different numbers",
            hint: "take impute: median"
        )
    }

    func finish() throws -> FittedTransform {
        let values = try counts.map { counts in
            guard let best = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) else {
                throw DatasetError.nothingToLearn
            }
            return best.key
        }
        return FittedTransform(Impute(values: values, indicator: indicator))
    }
}
