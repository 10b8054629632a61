/// Mean and sum of squared differences of each value of a row, in one pass; what is missing does not count.
///
/// Each block is summed up twice, and the sums are merged by the formula of Chan, Golub and LeVeque (1979), which keeps
/// the digits that a plain sum of squares would lose.
struct MomentsOfColumns {
    private(set) var counts: [Double]
    private(set) var means: [Double]
    /// The sums of the squared differences from the mean.
    private(set) var squares: [Double]

    init(width: Int) {
        counts = [Double](repeating: 0, count: width)
        means = counts
        squares = counts
    }

    mutating func observe(_ block: FeatureBlock) {
        let numbers = block.numbers
        for place in means.indices { merge(numbers.span, place) }
    }

    private mutating func merge(_ numbers: Span<Double>, _ place: Int) {
        let (count, sum) = total(of: numbers, place) { $0 }
        guard count > 0 else { return }
        let mean = sum / count
        let (_, square) = total(of: numbers, place) { ($0 - mean) * ($0 - mean) }
        let total = counts[place] + count
        let shift = mean - means[place]
        means[place] += shift * count / total
        squares[place] += square + shift * shift * counts[place] * count / total
        counts[place] = total
    }

    /// How many rows have a number at a place, and the sum of a function of these numbers.
    ///
    /// Four rows are added up side by side, so that no addition waits for the one before.
    @inline(__always)
    private func total(
        of numbers: Span<Double>,
        _ place: Int,
        _ function: (Double) -> Double
    ) -> (count: Double, sum: Double) {
        let width = means.count
        var (counts, sums) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var index = place
        while index + 3 * width < numbers.count {
            for lane in 0..<4 {
                let number = numbers[index + lane * width]
                counts[lane] += number.isNaN ? 0 : 1
                sums[lane] += number.isNaN ? 0 : function(number)
            }
            index += 4 * width
        }
        while index < numbers.count {
            let number = numbers[index]
            counts[0] += number.isNaN ? 0 : 1
            sums[0] += number.isNaN ? 0 : function(number)
            index += width
        }
        return (counts.sum(), sums.sum())
    }
}
