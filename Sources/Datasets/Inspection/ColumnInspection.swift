/// What is known about a column when the whole table has been read.
package struct ColumnInspection: Sendable {
    /// What stands in a column.
    package enum Kind: Sendable, Hashable {
        case number, text
        case date(CivilTime.Format)
    }

    package let name: String
    package let kind: Kind
    package let rows: Int
    package let missing: Int
    /// The number of different values, as far as it was counted.
    package let distinct: Int
    /// Whether there are more different values than were counted.
    package let hasMoreDistinct: Bool
    /// Whether each value is greater than the one before it.
    package let isStrictlyAscending: Bool
    /// Whether no value is less than the one before it, but for one row in a hundred.
    package let isMostlyAscending: Bool
    /// The number of stretches of rows with the same value.
    package let stretches: Int
    /// The rows of the most frequent values, most frequent first, at most 1,000.
    package let counts: [(value: String, rows: Int)]
    /// Of numbers only.
    package let numbers: Numbers?

    /// What is known about numbers.
    package struct Numbers: Sendable {
        /// The least and the greatest that are finite.
        package let minimum: Double
        package let maximum: Double
        package let hasInfinity: Bool
        /// The median of a sample.
        package let median: Double
        package let areIntegers: Bool
    }

    /// A number that stands for a missing value, such as -999: far from all others, and there again and again.
    let sentinel: String?

    /// The rows that have a value.
    package var present: Int { rows - missing }

    package var missingShare: Double { rows == 0 ? 0 : Double(missing) / Double(rows) }

    /// Whether no two rows have the same value, as far as can be seen.
    package var isUnique: Bool {
        present > 1 && (isStrictlyAscending || (!hasMoreDistinct && distinct == present))
    }

    package var isConstant: Bool { !hasMoreDistinct && distinct <= 1 }
}
