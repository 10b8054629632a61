internal import Support

/// The beta distribution with whole parameters: that of an order statistic of uniform numbers.
package struct BetaDistribution: Sendable {
    private let a: Int
    private let b: Int
    /// The logarithm of the integral that makes the density one of a distribution.
    private let logIntegral: Double

    /// - Precondition: both parameters are at least 1.
    package init(a: Int, b: Int) {
        precondition(a >= 1 && b >= 1, "a beta distribution has positive parameters")
        self.a = a
        self.b = b
        // (a - 1)! (b - 1)! / (a + b - 1)!, with the factors that cancel left out.
        let (less, more) = (min(a, b), max(a, b))
        var sum = 0.0
        for factor in 0..<less {
            if factor > 0 { sum += RepeatableMath.log(Double(factor)) }
            sum -= RepeatableMath.log(Double(more + factor))
        }
        logIntegral = sum
    }

    package var mean: Double { Double(a) / Double(a + b) }

    /// The probability of a value of at most `x`.
    package func cumulative(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let (a, b) = (Double(a), Double(b))
        let front = RepeatableMath.exp(a * RepeatableMath.log(x) + b * RepeatableMath.logOnePlus(-x) - logIntegral)
        // The fraction is short on its own side of the mean.
        return x < (a + 1) / (a + b + 2)
            ? front * BetaDistribution.fraction(x, a, b) / a : 1 - front * BetaDistribution.fraction(1 - x, b, a) / b
    }

    /// The value that is not exceeded with a probability.
    package func quantile(_ probability: Double) -> Double {
        var (lower, upper) = (0.0, 1.0)
        for _ in 0..<100 {
            let middle = (lower + upper) / 2
            if cumulative(middle) < probability { lower = middle } else { upper = middle }
        }
        return (lower + upper) / 2
    }

    /// The continued fraction of the incomplete beta function, by Lentz's method (Press et al., Numerical Recipes, 6.4).
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var ratio = 1 / safe(1 - (a + b) * x / (a + 1))
        var other = 1.0
        var result = ratio
        for step in 1...10_000 {
            let m = Double(step)
            for numerator in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                ratio = 1 / safe(1 + numerator * ratio)
                other = safe(1 + numerator / other)
                result *= ratio * other
            }
            if abs(ratio * other - 1) < 1e-15 { break }
        }
        return result
    }
}
