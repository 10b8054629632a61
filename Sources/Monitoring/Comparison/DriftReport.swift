/// What a comparison found, column by column and for the whole.
package struct DriftReport: Codable, Sendable, Hashable {
    /// The answer for a column or a table.
    package enum Verdict: String, Codable, Sendable {
        case drift
        /// A rule of data quality speaks, and the distribution does not.
        case dataQuality = "data_quality"
        case noDrift = "no_drift"
        /// Too few values to say anything: never the same as no drift.
        case notEnoughData = "not_enough_data"
        /// The column is none to compare.
        case ignored
    }

    /// A code for what is behind a verdict; an open struct, so that a new one breaks nobody.
    package struct Reason: RawRepresentable, Codable, Sendable, Hashable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The columns of either table by their names.
    package let columns: [String: Column]
    package let dataset: Dataset
}

extension DriftReport.Reason {
    /// The difference of the distributions is significant and large enough.
    package static let distribution = Self(rawValue: "distribution")
    /// The share of missing values rose or fell.
    package static let missingShare = Self(rawValue: "missing_share")
    /// More rows than could be expected have categories that the reference does not have.
    package static let newCategories = Self(rawValue: "new_categories")
    /// More numbers than could be expected are out of the reference's range.
    package static let outOfRange = Self(rawValue: "out_of_range")
    /// There are infinite numbers, and the reference has none, or far fewer.
    package static let infiniteValues = Self(rawValue: "infinite_values")
    /// There are texts where numbers should be, and the reference has none, or far fewer.
    package static let notNumbers = Self(rawValue: "not_numbers")
    /// The column holds text instead of numbers, or numbers instead of text.
    package static let typeChanged = Self(rawValue: "type_changed")
    /// All values are equal, as those of a sensor that broke, and they weren't in the reference.
    package static let constantNow = Self(rawValue: "constant_now")
    /// The current table lacks the column.
    package static let columnMissing = Self(rawValue: "column_missing")
    /// The reference does not have the column.
    package static let columnAdded = Self(rawValue: "column_added")
    /// No two rows of the reference are equal: there is no distribution to compare.
    package static let identifier = Self(rawValue: "identifier")
    /// There are fewer values than the least number on one side.
    package static let tooFewRows = Self(rawValue: "too_few_rows")
}

extension DriftReport {
    /// What holds for the whole table.
    package struct Dataset: Codable, Sendable, Hashable {
        package let rowsReference: Int
        package let rowsCurrent: Int
        /// Drift when a column drifts or a rule of data quality speaks; without both, no drift only when something was
        /// judged, and every critical column was.
        package let verdict: Verdict
        /// The number of columns whose distribution was judged.
        package let judgedColumns: Int
        /// The columns whose distribution drifts, in the order of the reference, as in the lists that follow.
        package let driftedColumns: [String]
        /// The drifted columns among those judged, from 0 to 1; `nil` when none was judged.
        package let shareOfDriftedColumns: Double?
        /// The columns with a rule of data quality that speaks, whether they drift or not.
        package let dataQualityColumns: [String]
        /// The columns with too few values.
        package let notEnoughDataColumns: [String]
        /// The critical columns that drift, whose quality changed, or that could not be judged.
        package let criticalColumnsInDoubt: [String]
        package let settings: DriftSettings
    }
}
