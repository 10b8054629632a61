/// Brings each value of a column to mean 0 and deviation 1, as they were in the training rows.
package struct Standardize: Transform {
    /// The mean of each value of a row.
    package let means: [Double]
    /// The deviation of each value of a row (divided by the number of rows); 1 where the value never changes.
    package let deviations: [Double]

    package func apply(to block: inout FeatureBlock) {
        let width = means.count
        for start in stride(from: 0, to: block.numbers.count, by: width) {
            for index in 0..<width {
                block.numbers[start + index] = (block.numbers[start + index] - means[index]) / deviations[index]
            }
        }
    }
}

/// Mean and deviation of each value, in one pass.
///
/// Each block is summed up twice, and the sums are merged by the formula of Chan, Golub and LeVeque (1979), which keeps
/// the digits that a plain sum of squares would lose.
struct StandardizeFitter: TransformFitter {
    private var count = 0.0
    private var means: [Double]
    /// The sums of the squared differences from the mean.
    private var squares: [Double]

    init(width: Int) {
        means = [Double](repeating: 0, count: width)
        squares = means
    }

    mutating func observe(_ block: FeatureBlock) {
        let (rows, width) = (Double(block.rows), means.count)
        guard block.rows > 0 else { return }
        var sums = [Double](repeating: 0, count: width)
        for start in stride(from: 0, to: block.numbers.count, by: width) {
            for index in 0..<width { sums[index] += block.numbers[start + index] }
        }
        var blockSquares = [Double](repeating: 0, count: width)
        for start in stride(from: 0, to: block.numbers.count, by: width) {
            for index in 0..<width {
                let difference = block.numbers[start + index] - sums[index] / rows
                blockSquares[index] += difference * difference
            }
        }
        let total = count + rows
        for index in 0..<width {
            let shift = sums[index] / rows - means[index]
            means[index] += shift * rows / total
            squares[index] += blockSquares[index] + shift * shift * count * rows / total
        }
        count = total
    }

    func finish() -> FittedTransform {
        // What is as small as the errors of rounding is taken for a constant, by scikit-learn's bound.
        let deviations = zip(means, squares).map { mean, squares in
            let variance = squares / max(count, 1)
            let rounding = count * Double.ulpOfOne
            let bound = rounding * variance + (rounding * mean) * (rounding * mean)
            return variance <= bound ? 1 : variance.squareRoot()
        }
        return .standardize(Standardize(means: means, deviations: deviations))
    }
}
