/// The mean and the standard deviation of sorted numbers.
///
/// Two passes with a correction (Chan, Golub, LeVeque, 1983), over numbers that are moved to the middle one and scaled
/// by a power of two. So a large offset costs no digits, a constant has deviation 0, no square overflows, and the order
/// in which the rows came changes no bit.
struct Moments {
    let mean: Double
    /// With n in the denominator.
    let standardDeviation: Double

    /// The moments of ascending `values`, of which `cumulativeCounts` numbers are not greater; `nil` for none.
    init?(values: [Double], cumulativeCounts: [Int]) {
        guard let first = values.first, let last = values.last, let total = cumulativeCounts.last else { return nil }
        let count = Double(total)
        let exponent = max(abs(first), abs(last)).exponent
        let scale = Double(sign: .plus, exponent: -max(-1000, min(1000, exponent)), significand: 1)
        let middle = values[values.count / 2] * scale
        /// The sums of the differences from `center`, and of their squares.
        func sums(from center: Double) -> (plain: Double, squares: Double) {
            var (plain, squares, before) = (0.0, 0.0, 0)
            for index in values.indices {
                let difference = values[index] * scale - center
                let weighted = difference * Double(cumulativeCounts[index] - before)
                plain += weighted
                squares += weighted * difference
                before = cumulativeCounts[index]
            }
            return (plain, squares)
        }
        let scaledMean = middle + sums(from: middle).plain / count
        let (plain, squares) = sums(from: scaledMean)
        let variance = (squares - plain * plain / count) / count
        mean = min(max((scaledMean + plain / count) / scale, first), last)
        standardDeviation = max(0, variance).squareRoot() / scale
    }
}
