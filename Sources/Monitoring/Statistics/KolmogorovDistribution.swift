internal import Support

/// The distribution of the two-sided one-sample Kolmogorov-Smirnov statistic `D` of n numbers.
///
/// No one formula is both exact enough and quick everywhere. The choice among them, and its thresholds, are those of
/// R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution" (2011), which scipy's `kstwo`
/// follows too.
struct KolmogorovDistribution {
    /// The number of numbers, a whole one.
    private let count: Double

    init(count: Double) { self.count = count }

    /// The probability that `D` is at least `distance`, to about seven digits; below 1e-308 it may be 0.
    func upperTail(_ distance: Double) -> Double {
        guard distance * count > 0.5 else { return 1 }
        guard distance < 1 else { return 0 }
        let square = count * distance * distance
        let isSmall = count <= 140
        if !isSmall, square >= 370 { return 0 }
        // Both sides at once are impossible from 1/2 on, and can be neglected that far out.
        if distance >= 0.5 || square >= (isSmall ? 4 : 2.2) { return min(1, 2 * oneSidedTail(distance)) }
        let isExact = isSmall || (count <= 100_000 && count * distance * distance.squareRoot() <= 1.4)
        let lower = isExact ? DurbinMatrix.probability(below: distance, count: Int(count)) : pelzGood(distance)
        return min(1, max(0, 1 - lower))
    }

    /// The terms of the sum up to which all are taken.
    private static let terms = 1024.0

    /// The probability that the sample's distribution function exceeds the true one by `distance` somewhere.
    ///
    /// That is `d` times the sum over j, up to `n (1 - d)`, of `C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j)` (Smirnov,
    /// 1944; Birnbaum, Tingey, 1951): binomial probabilities, over their share. The terms rise from and fall back to
    /// zero as smoothly as can be, so for a large n every so many terms stand for their neighbors to the last bits.
    private func oneSidedTail(_ distance: Double) -> Double {
        let step = max(1, (count / Self.terms).rounded(.down))
        let end = (count * (1 - distance)).rounded(.down)
        var sum = 0.0
        for successes in stride(from: 0, through: end, by: step) {
            let share = distance + successes / count
            sum += Density.binomial(successes, of: count, share: share) / share
        }
        return distance * step * sum
    }

    /// The probability that `D` is below `distance`, by four terms of an expansion in `1 / sqrt(n)` (Pelz, Good, 1976).
    ///
    /// With `z = d sqrt(n)` each term is a theta function of z, in the form that converges at once for a small z.
    private func pelzGood(_ distance: Double) -> Double {
        let square = count * distance * distance
        let (fourth, sixth, pi2) = (square * square, square * square * square, Double.pi * Double.pi)
        let z = square.squareRoot()
        guard pi2 / (8 * square) < 708 else { return 0 }
        /// The sum of `term(k^2 π^2) exp(-k^2 π^2 / (2 z^2))` over k = start, start + 1, ...
        func theta(from start: Double, _ term: (Double) -> Double) -> Double {
            // Beyond this k, the exponential is below the last bit of the first.
            let last = (2.8 * z + 1).rounded(.up)
            var sum = 0.0
            for k in stride(from: last + start, through: start, by: -1) {
                let angle = k * k * pi2
                sum += term(angle) * RepeatableMath.exp(-angle / (2 * square))
            }
            return sum
        }
        let first = theta(from: 0.5) { _ in 2 } / z
        let second = theta(from: 0.5) { $0 - square } / (3 * fourth)
        let third =
            theta(from: 0.5) { angle in
                6 * sixth + 2 * fourth + angle * (2 * fourth - 5 * square) + angle * angle * (1 - 2 * square)
            } / (36 * fourth * square * z)
            - theta(from: 1) { $0 } / (18 * square * z)
        let fourthTerm =
            theta(from: 0.5) { angle in
                let cubic = angle * (5 - 30 * square) + 212 * fourth - 60 * square
                let linear = angle * (angle * cubic + 135 * fourth - 96 * sixth)
                return linear - 30 * sixth - 90 * fourth * fourth
            } / (3240 * fourth * sixth)
            + theta(from: 1) { $0 * (3 * square - $0) } / (108 * sixth)
        let root = count.squareRoot()
        return (Double.pi / 2).squareRoot()
            * (first + (second + (third + fourthTerm / root) / root) / root)
    }
}
