/// Replaces what lies outside of limits by the limit, infinity too.
package struct Clip: Transform {
    package static let key = "clip"
    /// The limits of each value of a row; one pair for all when there is only one.
    package let lower: [Double]
    package let upper: [Double]

    package func apply(to block: inout FeatureBlock) {
        let isCommon = lower.count == 1
        block.update { number, place in
            let place = isCommon ? 0 : place
            // A missing value stays missing.
            return number < lower[place] ? lower[place] : number > upper[place] ? upper[place] : number
        }
    }
}

extension Clip {
    /// Infinity is no number in JSON: a limit that is none is left out.
    private enum CodingKeys: String, CodingKey { case lower, upper }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        lower = try container.decodeIfPresent([Double].self, forKey: .lower) ?? [-.infinity]
        upper = try container.decodeIfPresent([Double].self, forKey: .upper) ?? [.infinity]
        guard lower.count == upper.count || lower == [-.infinity] || upper == [.infinity] else {
            throw DecodingError.dataCorruptedError(
                forKey: .lower,
                in: container,
                debugDescription: "\(lower.count) lower limits and \(upper.count) upper ones"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if lower != [-.infinity] { try container.encode(lower, forKey: .lower) }
        if upper != [.infinity] { try container.encode(upper, forKey: .upper) }
    }
}

/// Finds limits that leave out a share of the values at each end.
struct ClipFitter: TransformFitter {
    let lower: Double
    let upper: Double
    private var statistics: OrderStatisticsOfColumns

    init(width: Int, quantiles: ClosedRange<Double>) {
        lower = quantiles.lowerBound
        upper = quantiles.upperBound
        statistics = OrderStatisticsOfColumns(width: width, shares: [lower, upper])
    }

    mutating func observe(_ block: FeatureBlock) { statistics.observe(block) }
    mutating func needsAnotherPass() -> Bool { statistics.needsAnotherPass() }

    func finish() throws -> FittedTransform {
        let quantiles = try statistics.quantiles()
        return FittedTransform(Clip(lower: quantiles.map { $0[0] }, upper: quantiles.map { $0[1] }))
    }
}
