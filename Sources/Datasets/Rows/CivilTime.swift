internal import Support

/// A date, with a time of day where one is given, as it stands in a table.
package struct CivilTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    /// With its fraction.
    package let second: Double
    /// What the clock is ahead of UTC, in minutes; 0 where the text does not say.
    package let offset: Int

    /// The order in which day, month and year are written.
    package enum Format: String, Codable, Sendable, CaseIterable {
        /// `2026-11-21`, `2026-11-21T14:05:00Z`, `2026-11-21 14:05:00.25+01:00` (ISO 8601).
        case iso
        /// `21.11.2026`, `21/11/2026 14:05`.
        case dayFirst = "day_first"
        /// `11/21/2026`, `11-21-2026 14:05:30`.
        case monthFirst = "month_first"

        /// A text as it is expected, for messages.
        var example: String {
            switch self {
            case .iso: "2026-11-21 14:05"
            case .dayFirst: "21.11.2026 14:05"
            case .monthFirst: "11/21/2026 14:05"
            }
        }
    }

    /// Reads a text; `nil` when it is no date of this format.
    package init?(_ text: some Collection<UInt8>, _ format: Format) {
        var scan = Scan(text: Array(text))
        let (first, separator) = (scan.number(1...4), scan.one(of: "-./"))
        guard let first, let separator, let second = scan.number(1...2), scan.one(of: "-./") == separator,
            let third = scan.number(1...4)
        else { return nil }
        let isYearFirst = first.digits == 4
        guard isYearFirst == (format == .iso), isYearFirst || third.digits == 4, !isYearFirst || third.digits <= 2,
            isYearFirst || first.digits <= 2, format != .iso || separator == UInt8(ascii: "-")
        else { return nil }
        switch format {
        case .iso: (year, month, day) = (first.value, second.value, third.value)
        case .dayFirst: (year, month, day) = (third.value, second.value, first.value)
        case .monthFirst: (year, month, day) = (third.value, first.value, second.value)
        }
        var (hour, minute, seconds, offset) = (0, 0, 0.0, 0)
        if !scan.isAtEnd {
            guard scan.one(of: "T ") != nil, let hours = scan.number(1...2), scan.one(of: ":") != nil,
                let minutes = scan.number(2...2)
            else { return nil }
            (hour, minute) = (hours.value, minutes.value)
            if scan.one(of: ":") != nil {
                guard let whole = scan.number(2...2) else { return nil }
                seconds = Double(whole.value)
                if scan.one(of: ".,") != nil {
                    guard let fraction = scan.number(1...9) else { return nil }
                    seconds += Double(fraction.value) / RepeatableMath.power(10, fraction.digits)
                }
            }
            guard let shift = scan.offset() else { return nil }
            offset = shift
        }
        (self.hour, self.minute, self.second, self.offset) = (hour, minute, seconds, offset)
        guard scan.isAtEnd, (1...12).contains(month), (1...CivilTime.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, seconds < 61
        else { return nil }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    package var seconds: Double {
        Double(daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 - offset * 60) + second
    }

    /// 0 for Monday to 6 for Sunday.
    package var weekday: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 }

    /// 1 for the first of January.
    package var dayOfYear: Int {
        daysSinceEpoch - Int(Timestamp.daysSinceEpoch(year: Int64(year), month: 1, day: 1)) + 1
    }

    private var daysSinceEpoch: Int {
        Int(Timestamp.daysSinceEpoch(year: Int64(year), month: Int64(month), day: Int64(day)))
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}

/// A walk over the characters of a date.
private struct Scan {
    private let text: [UInt8]
    private var position = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    /// A whole number of so many digits.
    mutating func number(_ digits: ClosedRange<Int>) -> (value: Int, digits: Int)? {
        var (value, count) = (0, 0)
        while position < text.count, count < digits.upperBound, text[position] &- 48 <= 9 {
            value = value * 10 + Int(text[position] - 48)
            count += 1
            position += 1
        }
        return digits.contains(count) ? (value, count) : nil
    }

    /// The next character, if it is one of these.
    mutating func one(of characters: StaticString) -> UInt8? {
        guard position < text.count, "\(characters)".utf8.contains(text[position]) else { return nil }
        position += 1
        return text[position - 1]
    }

    /// Minutes ahead of UTC, as `Z`, `+01:00`, `+0100` or `+01`; 0 when nothing is left.
    mutating func offset() -> Int? {
        if isAtEnd || one(of: "Z") != nil { return 0 }
        guard let sign = one(of: "+-"), let hours = number(2...2), hours.value <= 14 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = one(of: ":")
            guard let rest = number(2...2), rest.value < 60 else { return nil }
            minutes = rest.value
        }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours.value * 60 + minutes)
    }
}
