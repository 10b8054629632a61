/// A number as it may stand in a table, with blanks around it and the words for what is none.
package enum TableNumber {
    /// The number of a text: NaN and infinity by their words; `nil` for anything else.
    package static func parse(_ text: ArraySlice<UInt8>, decimal: UInt8 = UInt8(ascii: ".")) -> Double? {
        var text = text
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        return DecimalNumber.parse(text.span, decimal: decimal) ?? word(text)
    }

    /// NaN or infinity by a word.
    static func word(_ text: ArraySlice<UInt8>) -> Double? {
        guard text.count <= 9 else { return nil }
        let word = String(decoding: text, as: UTF8.self).lowercased()
        let isNegative = word.hasPrefix("-")
        switch isNegative || word.hasPrefix("+") ? String(word.dropFirst()) : word {
        case "nan": return .nan
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        default: return nil
        }
    }
}
