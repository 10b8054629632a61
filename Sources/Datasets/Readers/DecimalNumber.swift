/// Reads decimal numbers exactly: the nearest `Double`, to the bit what `strtod` gives, whatever the locale.
///
/// Numbers of up to 19 digits are read by one exact product (Clinger, 1990) or by Eisel and Lemire's algorithm (Lemire,
/// "Number parsing at a gigabyte per second", 2021); the few longer ones that this does not decide by the standard
/// library.
package enum DecimalNumber {
    /// Powers of ten that are exact in a `Double`.
    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static let wholePowers: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    /// The number that all of `bytes` spell: a sign, digits, a decimal mark, an exponent; `nil` for anything else.
    ///
    /// Words (`nan`, `inf`), hexadecimal digits and separators of thousands are no numbers. What is too large is
    /// infinity.
    package static func parse(_ bytes: Span<UInt8>, decimal: UInt8 = UInt8(ascii: ".")) -> Double? {
        if let (number, end) = leading(bytes, 0..<bytes.count, decimal: decimal), end == bytes.count { return number }
        return parseLong(bytes, decimal: decimal)
    }

    /// The number at the beginning of a range of bytes and the place behind it, as long as it has digits, at most 19 of
    /// them; an exponent does not belong to it.
    @inline(__always)
    package static func leading(_ bytes: Span<UInt8>, _ range: Range<Int>, decimal: UInt8) -> (
        number: Double, end: Int
    )? {
        var position = range.lowerBound
        let end = range.upperBound
        guard position < end else { return nil }
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        var mantissa: UInt64 = 0
        let start = position
        digits(bytes, &position, end, &mantissa)
        var count = position - start
        var exponent = 0
        if position < end, bytes[position] == decimal {
            position += 1
            let fraction = position
            digits(bytes, &position, end, &mantissa)
            exponent = fraction - position
            count -= exponent
        }
        guard count > 0, count <= 19 else { return nil }
        let value: Double
        if mantissa <= 1 << 53 {
            value = Double(Int64(bitPattern: mantissa)) / exactPowers[-exponent]
        } else {
            value = nearest(mantissa, exponent)
        }
        return (isNegative ? -value : value, position)
    }

    /// Reads digits into `mantissa`, which overflows silently, and moves `position` behind them; eight bytes at a time
    /// (after Lemire and Muła: "Quickly parsing eight digits", 2018), with zeros put before the digits when they are
    /// fewer, so that the processor has no branch to guess.
    @inline(__always)
    private static func digits(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int, _ mantissa: inout UInt64) {
        let raw = unsafe bytes.bytes
        while position &+ 8 <= end {
            let word = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            let values = word ^ 0x3030_3030_3030_3030
            let others = ((values & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080
            let count = others.trailingZeroBitCount >> 3
            var pairs = values << UInt64(truncatingIfNeeded: 64 &- 8 &* count)
            pairs = pairs &* 10 &+ pairs >> 8
            let upper = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
            let lower = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
            mantissa = mantissa &* wholePowers[count] &+ (upper &+ lower) >> 32
            position &+= count
            if count < 8 { return }
        }
        while position < end {
            let digit = bytes[position] &- 48
            guard digit <= 9 else { return }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            position &+= 1
        }
    }

    /// As ``parse(_:decimal:)``, for numbers with an exponent or with more digits than 64 bits hold.
    private static func parseLong(_ bytes: Span<UInt8>, decimal: UInt8) -> Double? {
        let end = bytes.count
        guard end > 0 else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        var position = isNegative || bytes[0] == UInt8(ascii: "+") ? 1 : 0

        var mantissa: UInt64 = 0
        var significant = 0
        var exponent = 0
        var hasDigits = false
        var isAfterPoint = false
        while position < end {
            let byte = bytes[position]
            let digit = byte &- 48
            if digit <= 9 {
                hasDigits = true
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if mantissa != 0 { significant += 1 }
                    if isAfterPoint { exponent -= 1 }
                } else {
                    significant += 1
                    if !isAfterPoint { exponent += 1 }
                }
            } else if byte == decimal, !isAfterPoint {
                isAfterPoint = true
            } else {
                break
            }
            position += 1
        }
        guard hasDigits else { return nil }
        if position < end {
            guard bytes[position] | 32 == UInt8(ascii: "e"),
                let written = writtenExponent(bytes, from: position + 1)
            else { return nil }
            exponent += written
        }
        guard let value = value(mantissa, exponent, isCut: significant > 19) else {
            return standardLibrary(bytes, decimal: decimal)
        }
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

    private static func standardLibrary(_ bytes: Span<UInt8>, decimal: UInt8) -> Double? {
        var text = ""
        for index in 0..<bytes.count {
            text.unicodeScalars.append(bytes[index] == decimal ? "." : Unicode.Scalar(bytes[index]))
        }
        return Double(text)
    }
}
