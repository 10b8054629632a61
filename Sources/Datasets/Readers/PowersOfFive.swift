/// The 128 leading bits of each power of five that a `Double` can need.
///
/// Positive powers are cut off, inverse ones down to -27 rounded up, as Lemire's algorithm wants them ("Number parsing
/// at a gigabyte per second", 2021).
struct PowersOfFive {
    static let exponents = -342...308

    private let leading: [(high: UInt64, low: UInt64)]

    /// The table, made at its first use.
    static let table = PowersOfFive()

    subscript(exponent: Int) -> (high: UInt64, low: UInt64) { leading[exponent - Self.exponents.lowerBound] }

    private init() {
        var powers: [(high: UInt64, low: UInt64)] = []
        // 2^1792 / 5^n, divided by five again and again: what is cut off each time does not reach the leading bits.
        var number = [UInt64](repeating: 0, count: 28) + [1]
        for exponent in 1...342 {
            var remainder: UInt64 = 0
            for index in number.indices.reversed() {
                (number[index], remainder) = UInt64(5).dividingFullWidth((remainder, number[index]))
            }
            var bits = PowersOfFive.leadingBits(number)
            if exponent <= 27 { bits += 1 }
            powers.append((UInt64(bits >> 64), UInt64(truncatingIfNeeded: bits)))
        }
        powers.reverse()
        number = [1]
        for _ in 0...308 {
            let bits = PowersOfFive.leadingBits(number)
            powers.append((UInt64(bits >> 64), UInt64(truncatingIfNeeded: bits)))
            var carry: UInt64 = 0
            for index in number.indices {
                let (high, low) = number[index].multipliedFullWidth(by: 5)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                number[index] = sum
                carry = high + (overflow ? 1 : 0)
            }
            if carry > 0 { number.append(carry) }
        }
        leading = powers
    }

    /// The 128 bits from the highest one of a number on, given in words from the lowest to the highest.
    private static func leadingBits(_ words: [UInt64]) -> UInt128 {
        guard let top = words.lastIndex(where: { $0 != 0 }) else { return 0 }
        func word(_ index: Int) -> UInt128 { index >= 0 ? UInt128(words[index]) : 0 }
        let shift = words[top].leadingZeroBitCount
        let upper = word(top) << 64 | word(top - 1)
        return shift == 0 ? upper : upper << UInt128(shift) | word(top - 2) >> UInt128(64 - shift)
    }
}
