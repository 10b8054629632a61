/// Brings each value of a column to mean 0 and deviation 1, as they were in the training rows.
package struct Standardize: Transform {
    package static let key = "standardize"
    /// The mean of each value of a row.
    package let means: [Double]
    /// The deviation of each value of a row (divided by the number of rows); 1 where the value never changes.
    package let deviations: [Double]

    package func apply(to block: inout FeatureBlock) {
        block.update { number, place in (number - means[place]) / deviations[place] }
    }
}

/// Mean and deviation of each value that is not missing.
struct StandardizeFitter: TransformFitter {
    private var moments: MomentsOfColumns

    init(width: Int) { moments = MomentsOfColumns(width: width) }

    mutating func observe(_ block: FeatureBlock) throws {
        try block.refuseInfinity()
        moments.observe(block)
    }

    func finish() throws -> FittedTransform {
        guard moments.counts.allSatisfy({ $0 > 0 }) else { throw DatasetError.nothingToLearn }
        guard moments.squares.allSatisfy(\.isFinite), moments.means.allSatisfy(\.isFinite) else {
            throw DatasetError.tooLarge
        }
        // What is as small as the errors of rounding is taken for a constant, by scikit-learn's bound.
        let deviations = moments.means.indices.map { place in
            let (mean, count) = (moments.means[place], moments.counts[place])
            let variance = moments.squares[place] / count
            let rounding = count * Double.ulpOfOne
            let bound = rounding * variance + (rounding * mean) * (rounding * mean)
            return variance <= bound ? 1 : variance.squareRoot()
        }
        return FittedTransform(Standardize(means: moments.means, deviations: deviations))
    }
}
