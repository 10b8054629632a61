/// Brings each value of a column to median 0 and a distance of 1 between the quartiles, whatever the outliers.
package struct Robust: Transform {
    package static let key = "robust"
    /// The median of each value of a row.
    package let medians: [Double]
    /// The third quartile minus the first; 1 where they are the same.
    package let ranges: [Double]

    package func apply(to block: inout FeatureBlock) {
        block.update { number, place in (number - medians[place]) / ranges[place] }
    }
}

/// Median and quartiles of each value.
struct RobustFitter: TransformFitter {
    private var statistics: OrderStatisticsOfColumns

    init(width: Int) { statistics = OrderStatisticsOfColumns(width: width, shares: [0.25, 0.5, 0.75]) }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        statistics.observe(block)
    }

    mutating func needsAnotherPass() -> Bool { statistics.needsAnotherPass() }

    func finish() throws -> FittedTransform {
        let quartiles = try statistics.quantiles()
        return FittedTransform(
            Robust(
                medians: quartiles.map { $0[1] },
                ranges: quartiles.map { $0[2] > $0[0] ? $0[2] - $0[0] : 1 }
            )
        )
    }
}
