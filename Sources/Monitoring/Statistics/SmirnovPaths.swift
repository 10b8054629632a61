/// The exact distribution of the two-sample Kolmogorov-Smirnov statistic.
///
/// The merged order of two samples is a path over a grid: a step to the right for a number of the first, a step upward
/// for one of the second. When nothing differs all paths are equally likely, and the statistic is the farthest that the
/// path comes from the diagonal (Hodges, 1958).
struct SmirnovPaths {
    /// The sizes of the samples.
    private let first: Int
    private let second: Int
    /// The steps, in units of one over the least common multiple, of a number of each sample.
    private let firstStep: Int
    private let secondStep: Int

    init(_ first: Int, _ second: Int) {
        self.first = first
        self.second = second
        var (divisor, rest) = (first, second)
        while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
        firstStep = second / divisor
        secondStep = first / divisor
    }

    /// The share of the paths that come at least `distance` away from the diagonal.
    ///
    /// With `P(i, j)` as that share among the paths to a point, `P(i, j) = (i P(i-1, j) + j P(i, j-1)) / (i + j)`
    /// within the bounds and 1 outside. These are means, so nothing overflows or cancels, far into the tail. Points are
    /// taken by diagonals of one `i + j`, which has its bounds and its processor's vectors.
    func probabilityOutside(_ distance: Double) -> Double {
        let bound = Int((distance * Double(first * firstStep)).rounded(.toNearestOrEven))
        guard bound > 0 else { return 1 }
        // One of the samples must be its part of the way from the truth, for which Massart (1990) gives a bound: the
        // sum of both is at most 4 exp(-2 z^2), and beyond this z no number is small enough.
        let z = distance / (1 / Double(first).squareRoot() + 1 / Double(second).squareRoot())
        guard z * z < 375 else { return 0 }
        let width = firstStep + secondStep
        // One place more at the front, for the point before i = 0, whose weight is 0.
        var shares = [Double](repeating: 1, count: first + 2)
        var next = shares
        shares[1] = 0
        for sum in 1...(first + second) {
            // |i firstStep - (sum - i) secondStep| < bound
            let low = max(0, sum - second, floor(sum * secondStep - bound, width) + 1)
            let high = min(first, sum, -floor(-(sum * secondStep + bound), width) - 1)
            guard low <= high else { return 1 }
            Self.advance(shares, to: &next, sum: sum, places: low + 1..<high + 2)
            // What lies below the bounds now, and was within them one diagonal before.
            next[low] = 1
            swap(&shares, &next)
        }
        return shares[first + 1]
    }

    /// Computes the shares of one diagonal, those within the bounds, from the ones of the diagonal before.
    private static func advance(_ shares: [Double], to next: inout [Double], sum: Int, places: Range<Int>) {
        let total = Double(sum)
        var target = next.mutableSpan
        let source = shares.span
        for place in places {
            let index = Double(place - 1)
            target[place] = (index * source[place - 1] + (total - index) * source[place]) / total
        }
    }

    /// The quotient, rounded downward.
    private func floor(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }
}
