/// Reads decimal numbers exactly: the nearest `Double`, to the bit what `strtod` gives, whatever the locale.
///
/// Numbers of up to 19 digits are read by one exact product (Clinger, 1990) or by Eisel and Lemire's algorithm (Lemire,
/// "Number parsing at a gigabyte per second", 2021); the few longer ones that this does not decide by the standard
/// library.
package enum DecimalNumber {
    /// Powers of ten that are exact in a `Double`.
    private static let exactPowers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// The number that all of `bytes` spell: a sign, digits, a point, an exponent; `nil` for anything else.
    ///
    /// Words (`nan`, `inf`), hexadecimal digits and separators of thousands are no numbers. What is too large is
    /// infinity.
    package static func parse(_ bytes: Span<UInt8>) -> Double? {
        var position = 0
        let end = bytes.count
        guard end > 0 else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative || bytes[0] == UInt8(ascii: "+") { position = 1 }

        var mantissa: UInt64 = 0
        var digits = 0
        var significant = 0
        var exponent = 0
        var isAfterPoint = false
        while position < end {
            let byte = bytes[position]
            let digit = byte &- 48
            if digit <= 9 {
                digits += 1
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if mantissa != 0 { significant += 1 }
                    if isAfterPoint { exponent -= 1 }
                } else {
                    significant += 1
                    if !isAfterPoint { exponent += 1 }
                }
            } else if byte == UInt8(ascii: "."), !isAfterPoint {
                isAfterPoint = true
            } else {
                break
            }
            position += 1
        }
        guard digits > 0 else { return nil }
        if position < end {
            guard bytes[position] | 32 == UInt8(ascii: "e"),
                let written = writtenExponent(bytes, from: position + 1)
            else { return nil }
            exponent += written
        }
        guard let value = value(mantissa, exponent, isCut: significant > 19) else { return standardLibrary(bytes) }
        return isNegative ? -value : value
    }

    private static func writtenExponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        guard position < bytes.count else { return nil }
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        guard position < bytes.count else { return nil }
        var exponent = 0
        while position < bytes.count {
            let digit = bytes[position] &- 48
            guard digit <= 9 else { return nil }
            // Beyond this no number of digits that fits a record brings the value back into range.
            if exponent < 1 << 40 { exponent = exponent * 10 + Int(digit) }
            position += 1
        }
        return isNegative ? -exponent : exponent
    }

    /// `mantissa` times ten to the power of `exponent`; when digits were cut off, `nil` unless they don't matter.
    private static func value(_ mantissa: UInt64, _ exponent: Int, isCut: Bool) -> Double? {
        if isCut {
            let lower = nearest(mantissa, exponent)
            return lower == nearest(mantissa + 1, exponent) ? lower : nil
        }
        if mantissa <= 1 << 53 {
            if exponent == 0 { return Double(mantissa) }
            if exponent < 0, exponent >= -22 { return Double(mantissa) / exactPowers[-exponent] }
            if exponent > 0, exponent <= 22 { return Double(mantissa) * exactPowers[exponent] }
        }
        return nearest(mantissa, exponent)
    }

    /// Eisel and Lemire's algorithm.
    private static func nearest(_ mantissa: UInt64, _ exponent: Int) -> Double {
        guard mantissa != 0, exponent >= PowersOfFive.exponents.lowerBound else { return 0 }
        guard exponent <= PowersOfFive.exponents.upperBound else { return .infinity }
        let zeros = mantissa.leadingZeroBitCount
        let normalized = mantissa << UInt64(zeros)
        let power = PowersOfFive.table[exponent]
        var (high, low) = normalized.multipliedFullWidth(by: power.high)
        if high & 0x1FF == 0x1FF {
            let carry = normalized.multipliedFullWidth(by: power.low).high
            low = low &+ carry
            if carry > low { high += 1 }
        }
        let upperBit = Int(high >> 63)
        var bits = high >> UInt64(upperBit + 9)
        var binaryExponent = ((217_706 * exponent) >> 16) + 63 + upperBit - zeros + 1023
        if binaryExponent <= 0 {
            guard binaryExponent > -63 else { return 0 }
            bits >>= UInt64(1 - binaryExponent)
            // A carry into the 53rd bit makes the smallest normal number, whose bits are these as well.
            return Double(bitPattern: (bits + bits & 1) >> 1)
        }
        // Exactly between two numbers: to the even one.
        if low <= 1, (-4...23).contains(exponent), bits & 3 == 1, bits << UInt64(upperBit + 9) == high { bits &= ~1 }
        bits = (bits + bits & 1) >> 1
        if bits >= 1 << 53 {
            bits = 1 << 52
            binaryExponent += 1
        }
        guard binaryExponent < 0x7FF else { return .infinity }
        return Double(bitPattern: bits & ~(1 << 52) | UInt64(binaryExponent) << 52)
    }

    private static func standardLibrary(_ bytes: Span<UInt8>) -> Double? {
        var text = ""
        for index in 0..<bytes.count { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        return Double(text)
    }
}
