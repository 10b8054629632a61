internal import Support

/// Functions that the reference needs beyond ``RepeatableMath``, in double precision.
enum ReferenceMath {
    static func sigmoid(_ x: Double) -> Double { 1 / (1 + RepeatableMath.exp(-x)) }

    static func tanh(_ x: Double) -> Double {
        guard abs(x) > 0.01 else { return x - x * x * x / 3 + 2 * x * x * x * x * x / 15 }
        return 1 - 2 / (1 + RepeatableMath.exp(2 * x))
    }

    static func softplus(_ x: Double) -> Double {
        let e = RepeatableMath.exp(-abs(x))
        return max(x, 0) + (e < 1e-8 ? e : RepeatableMath.log(1 + e))
    }

    /// By its Taylor series, or from 3 on by the continued fraction of its complement.
    static func erf(_ x: Double) -> Double {
        if abs(x) > 3 {
            var fraction = 0.0
            for term in stride(from: 60.0, through: 1, by: -1) { fraction = term / 2 / (abs(x) + fraction) }
            let complement = RepeatableMath.exp(-x * x) / (abs(x) + fraction) / Double.pi.squareRoot()
            return x > 0 ? 1 - complement : complement - 1
        }
        var (sum, term) = (x, x)
        for n in 1..<80 {
            term *= -x * x / Double(n)
            sum += term / Double(2 * n + 1)
        }
        return 2 / Double.pi.squareRoot() * sum
    }
}
