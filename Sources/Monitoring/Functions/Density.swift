internal import Support

/// Probabilities of counts, to nearly full precision also far out in the tails.
///
/// Both go through the deviance instead of factorials, whose logarithms would cancel (C. Loader, "Fast and accurate
/// computation of binomial probabilities", 2000). The counts need not be whole.
enum Density {
    /// `mean^count exp(-mean) / Γ(count + 1)`, for a count above 0.
    static func poisson(_ count: Double, mean: Double) -> Double {
        RepeatableMath.exp(-stirlingError(count) - deviance(count, mean)) / (2 * .pi * count).squareRoot()
    }

    /// The probability of `count` successes in `trials`, each with probability `share`: `0 ≤ count ≤ trials`.
    static func binomial(_ count: Double, of trials: Double, share: Double) -> Double {
        let rest = trials - count
        guard share > 0, share < 1 else { return (share > 0 ? rest : count) == 0 ? 1 : 0 }
        if count == 0 { return RepeatableMath.exp(trials * RepeatableMath.log(1 - share)) }
        if rest == 0 { return RepeatableMath.exp(trials * RepeatableMath.log(share)) }
        let stirling = stirlingError(trials) - stirlingError(count) - stirlingError(rest)
        let distance = deviance(count, trials * share) + deviance(rest, trials * (1 - share))
        return RepeatableMath.exp(stirling - distance) * (trials / (2 * .pi * count * rest)).squareRoot()
    }

    /// What Stirling's formula lacks: `ln Γ(x + 1) - (x + 1/2) ln x + x - ln(2π) / 2`, for x above 0.
    private static func stirlingError(_ x: Double) -> Double {
        var (x, lower) = (x, 0.0)
        // From 16 on, five terms of the series reach the last bit.
        while x < 16 {
            lower += (x + 0.5) * RepeatableMath.log((x + 1) / x) - 1
            x += 1
        }
        let square = x * x
        let series =
            1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square) / square
        return lower + series / x
    }

    /// `x ln(x / mean) + mean - x`, without the cancellation where the two are near each other.
    private static func deviance(_ x: Double, _ mean: Double) -> Double {
        let difference = x - mean
        guard abs(difference) < 0.1 * (x + mean) else { return x * RepeatableMath.log(x / mean) - difference }
        // ln(x / mean) = 2 artanh(ratio); its first term cancels with mean - x but for difference * ratio.
        let ratio = difference / (x + mean)
        let square = ratio * ratio
        var series = 0.0
        // 0.1^2 to the power of 9 is below the last bit.
        for term in stride(from: 19, through: 3, by: -2) { series = (series + 1 / Double(term)) * square }
        return difference * ratio + 2 * x * ratio * series
    }
}
