/// The regularized incomplete gamma functions.
package enum IncompleteGamma {
    /// `Q(a, x)`, the integral of `t^(a-1) exp(-t)` from x to infinity, divided by `Γ(a)`; for a above 0.
    ///
    /// Below `a + 1` it is 1 minus the series of P, of which at most about half is left there; from there on Legendre's
    /// continued fraction converges and keeps the tail's full precision (Abramowitz and Stegun, 6.5.29 and 6.5.31).
    package static func upper(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        guard x < .infinity else { return 0 }
        let density = Density.poisson(a, mean: x)
        guard density > 0 else { return x < a ? 1 : 0 }
        return x < a + 1 ? max(0, 1 - density * series(a, x)) : density * a / fraction(a, x)
    }

    /// The sum of `x^n / ((a + 1) ... (a + n))` for n from 0 on.
    private static func series(_ a: Double, _ x: Double) -> Double {
        var (sum, term, divisor) = (1.0, 1.0, a)
        while term > sum * 0x1p-54 {
            divisor += 1
            term *= x / divisor
            sum += term
        }
        return sum
    }

    /// The value of `x + 1 - a + 1 (a - 1) / (x + 3 - a + 2 (a - 2) / (x + 5 - a + ...))`, by Lentz's method.
    ///
    /// From `x = a + 1` on, what is divided by at step i stays above i, so that nothing needs to be kept from zero.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var value = x + 1 - a
        var (numerators, denominators) = (value, 0.0)
        for index in 1...1_000_000 {
            let step = Double(index)
            let (factor, partial) = (step * (a - step), x + 1 - a + 2 * step)
            denominators = 1 / (partial + factor * denominators)
            numerators = partial + factor / numerators
            let change = numerators * denominators
            value *= change
            if abs(change - 1) < 0x1p-52 { break }
        }
        return value
    }
}
