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
        let width = means.count
        var (count, sum) = (0.0, 0.0)
        var index = place
        while index < numbers.count {
            let number = numbers[index]
            if !number.isNaN {
                sum += number
                count += 1
            }
            index += width
        }
        guard count > 0 else { return }
        let mean = sum / count
        var square = 0.0
        index = place
        while index < numbers.count {
            let difference = numbers[index] - mean
            if !difference.isNaN { square += difference * difference }
            index += width
        }
        let total = counts[place] + count
        let shift = mean - means[place]
        means[place] += shift * count / total
        squares[place] += square + shift * shift * counts[place] * count / total
        counts[place] = total
    }
}
