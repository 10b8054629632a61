/// Takes numbers out of a date: the month, the weekday, the hour and so on.
///
/// The clock of the text counts, not UTC: eight in the morning is the same shift everywhere.
package struct DateParts: Transform {
    package static let key = "dateParts"

    /// A number in a date.
    package enum Part: String, Codable, Sendable, CaseIterable {
        case year, month, day, weekday, hour, minute
        case dayOfYear = "day_of_year"
        /// Seconds since 1970, for a trend over time.
        case timestamp

        func value(of time: CivilTime) -> Double {
            switch self {
            case .year: Double(time.year)
            case .month: Double(time.month)
            case .day: Double(time.day)
            case .weekday: Double(time.weekday)
            case .hour: Double(time.hour)
            case .minute: Double(time.minute)
            case .dayOfYear: Double(time.dayOfYear)
            case .timestamp: time.seconds
            }
        }
    }

    package let parts: [Part]
    package let format: CivilTime.Format

    package func apply(to block: inout FeatureBlock) throws {
        let column = block.text
        var known = [[Double]?](repeating: nil, count: column.distinctCount)
        var numbers: [Double] = []
        numbers.reserveCapacity(block.rows * parts.count)
        for (row, code) in column.codes.enumerated() {
            if let values = known[Int(code)] {
                numbers += values
                continue
            }
            let values = try values(of: column.distinct(Int(code)), row: row)
            known[Int(code)] = values
            numbers += values
        }
        block.values = .numbers(numbers)
        block.width = parts.count
    }

    private func values(of text: ArraySlice<UInt8>, row: Int) throws -> [Double] {
        if text.isEmpty { return parts.map { _ in .nan } }
        guard let time = CivilTime(text, format) else {
            let other = CivilTime.Format.allCases.first { CivilTime(text, $0) != nil }
            throw FeatureFault(
                row: row,
                "expected a date such as \(format.example), found `\(DatasetError.excerpt(text))`",
                hint: other.map { "are the dates written otherwise? then add: format: \($0.rawValue)" }
                    ?? "correct the value, or ignore the column"
            )
        }
        return parts.map { $0.value(of: time) }
    }

    package func names(of inputs: [String]) -> [String] { parts.map { "\(inputs[0])_\($0.rawValue)" } }
}
