/// Elementary functions that give the same bits on every machine.
///
/// The C library's own choose their code by processor, and change with its version; a training run that used them would
/// have another digest elsewhere. These use only `+`, `-`, `*`, `/` and scaling by powers of two, which IEEE 754 fixes
/// to the bit. They are accurate to about two units in the last place.
package enum RepeatableMath {
    private static let ln2High = 0x1.62e42fefa38p-1
    private static let ln2Low = 0x1.ef35793c7673p-45

    /// The natural logarithm: `nan` below zero, `-infinity` at zero.
    package static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 0x1.6a09e667f3bcdp0 {
            mantissa /= 2
            exponent += 1
        }
        // log(m) = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172: the series ends below the last bit.
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var sum = 0.0
        for term in stride(from: 23, through: 3, by: -2) { sum = (sum + 1 / Double(term)) * square }
        return exponent * ln2High + (2 * s * (sum + 1) + exponent * ln2Low)
    }

    /// The natural logarithm of `1 + x`, exact for small `x` too.
    package static func logOnePlus(_ x: Double) -> Double {
        guard abs(x) < 0.25 else { return log(1 + x) }
        // As above: 1 + x = (1 + s) / (1 - s) with s = x / (2 + x), |s| < 0.143.
        let s = x / (2 + x)
        let square = s * s
        var sum = 0.0
        for term in stride(from: 23, through: 3, by: -2) { sum = (sum + 1 / Double(term)) * square }
        return 2 * s * (sum + 1)
    }

    /// e to the power of `x`.
    package static func exp(_ x: Double) -> Double {
        guard x < 709.79 else { return x.isNaN ? x : .infinity }
        guard x > -745.2 else { return 0 }
        let scale = (x * 0x1.71547652b82fep0).rounded()
        let rest = (x - scale * ln2High) - scale * ln2Low
        var sum = 1.0
        for term in stride(from: 14, through: 1, by: -1) { sum = 1 + sum * rest / Double(term) }
        return Double(sign: .plus, exponent: Int(scale), significand: sum)
    }

    /// `base` to a whole, non-negative power, by repeated squaring.
    package static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }

    /// The cosine of an angle given in turns: 0.25 is a right angle.
    package static func cosine(ofTurns turns: Double) -> Double {
        // Fold into an eighth of a turn, where both series end below the last bit.
        let folded = abs(turns - turns.rounded())
        let (beyondQuarter, angle) = folded > 0.25 ? (true, 0.5 - folded) : (false, folded)
        let value = angle > 0.125 ? sineSeries((0.25 - angle) * 2 * .pi) : cosineSeries(angle * 2 * .pi)
        return beyondQuarter ? -value : value
    }

    private static func sineSeries(_ x: Double) -> Double {
        var sum = 1.0
        for term in stride(from: 18, through: 2, by: -2) { sum = 1 - sum * x * x / Double(term * (term + 1)) }
        return x * sum
    }

    private static func cosineSeries(_ x: Double) -> Double {
        var sum = 1.0
        for term in stride(from: 17, through: 1, by: -2) { sum = 1 - sum * x * x / Double(term * (term + 1)) }
        return sum
    }
}
