extension DriftReport {
    /// The figures of a column, as far as they are defined for it; shares and distances are from 0 to 1.
    package struct Column: Codable, Sendable, Hashable {
        package let kind: TableSample.Values.Kind
        package internal(set) var verdict = Verdict.noDrift
        package internal(set) var reasons: [Reason] = []

        /// The values that have a distribution: finite numbers, or texts.
        package internal(set) var countReference: Int?
        package internal(set) var countCurrent: Int?
        /// The shares of rows without a value, and the p-value of their difference among all tests of data quality.
        package internal(set) var missingReference: Double?
        package internal(set) var missingCurrent: Double?
        package internal(set) var missingAdjustedPValue: Double?

        // Numbers.
        package internal(set) var ksStatistic: Double?
        package internal(set) var ksPValue: Double?
        package internal(set) var ksAdjustedPValue: Double?
        /// In the unit of the numbers, and in standard deviations of the reference.
        package internal(set) var wassersteinDistance: Double?
        package internal(set) var normedWassersteinDistance: Double?
        package internal(set) var meanReference: Double?
        package internal(set) var meanCurrent: Double?
        package internal(set) var standardDeviationReference: Double?
        package internal(set) var standardDeviationCurrent: Double?
        /// The share of the current numbers that lie out of the reference's range.
        package internal(set) var outOfRange: Double?
        /// Numbers of rows.
        package internal(set) var infiniteReference: Int?
        package internal(set) var infiniteCurrent: Int?
        package internal(set) var invalidReference: Int?
        package internal(set) var invalidCurrent: Int?

        // Texts.
        package internal(set) var chiSquareStatistic: Double?
        package internal(set) var chiSquarePValue: Double?
        package internal(set) var chiSquareAdjustedPValue: Double?
        package internal(set) var cramersV: Double?
        /// The most frequent new categories, at most 20; `nil` when the reference does not know all of its own.
        package internal(set) var newValues: [String]?
        /// The share of the current rows that have a new category.
        package internal(set) var newValuesShare: Double?

        // Both: over the reference's deciles, or over the categories.
        package internal(set) var populationStabilityIndex: Double?
        package internal(set) var jensenShannonDistance: Double?
        package internal(set) var hellingerDistance: Double?
        package internal(set) var totalVariationDistance: Double?
        package internal(set) var largestDifference: Double?
        /// The p-value for values that the reference does not have, among all tests of data quality.
        package internal(set) var unseenAdjustedPValue: Double?

        init(kind: TableSample.Values.Kind) { self.kind = kind }

        /// The names in JSON, before they become snake_case.
        private enum CodingKeys: String, CodingKey {
            case kind, verdict, reasons, countReference, countCurrent, missingReference, missingCurrent
            case missingAdjustedPValue = "missingPAdjusted"
            case ksStatistic = "ksStat"
            case ksPValue = "ksP"
            case ksAdjustedPValue = "ksPAdjusted"
            case wassersteinDistance = "wasserstein"
            case normedWassersteinDistance = "wassersteinNorm"
            case meanReference, meanCurrent, standardDeviationReference, standardDeviationCurrent, outOfRange
            case infiniteReference, infiniteCurrent, invalidReference, invalidCurrent
            case chiSquareStatistic = "chi2"
            case chiSquarePValue = "chi2P"
            case chiSquareAdjustedPValue = "chi2PAdjusted"
            case cramersV, newValues, newValuesShare
            case populationStabilityIndex = "psi"
            case jensenShannonDistance = "jensenShannon"
            case hellingerDistance = "hellinger"
            case totalVariationDistance = "totalVariation"
            case largestDifference = "lInfinity"
            case unseenAdjustedPValue = "unseenPAdjusted"
        }
    }
}

extension DriftReport.Column {
    /// Takes down the distances over bins.
    mutating func describe(_ pair: BinnedPair) {
        populationStabilityIndex = pair.populationStabilityIndex
        jensenShannonDistance = pair.jensenShannonDistance
        hellingerDistance = pair.hellingerDistance
        totalVariationDistance = pair.totalVariationDistance
        largestDifference = pair.largestDifference
    }
}
