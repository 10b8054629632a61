/// When a difference counts.
package struct DriftSettings: Sendable, Hashable {
    /// The share of false alarms among the alarms that is accepted: adjusted p-values below it are significant.
    package private(set) var alpha = 0.05
    /// The least effect that matters: of the KS statistic, the PSI of categories, and the difference of missing shares.
    package private(set) var effect = 0.1
    /// The least share of rows that matters with values that the reference does not have.
    package private(set) var unseenEffect = 0.01
    /// The number of values on either side below which nothing is said about a distribution.
    package private(set) var minimumRows = 100
    /// The columns that must be judged before a table is called free of drift.
    package private(set) var criticalColumns: [String] = []

    /// The settings that `docs/monitoring.md` describes and measures.
    package static let standard = Self()

    private init() {}

    /// Settings of one's own.
    ///
    /// - Throws: ``MonitoringError`` for a setting outside of its range.
    package init(
        alpha: Double = standard.alpha,
        effect: Double = standard.effect,
        unseenEffect: Double = standard.unseenEffect,
        minimumRows: Int = standard.minimumRows,
        criticalColumns: [String] = []
    ) throws(MonitoringError) {
        for (name, share) in [("alpha", alpha), ("effect", effect), ("unseen_effect", unseenEffect)]
        where !(share > 0 && share < 1) {
            throw .setting(name, expected: "a number between 0 and 1", found: "\(share)")
        }
        guard minimumRows >= 1 else {
            throw .setting("minimum_rows", expected: "at least 1", found: "\(minimumRows)")
        }
        self.alpha = alpha
        self.effect = effect
        self.unseenEffect = unseenEffect
        self.minimumRows = minimumRows
        self.criticalColumns = criticalColumns
    }
}

extension DriftSettings: Codable {
    private enum CodingKeys: String, CodingKey { case alpha, effect, unseenEffect, minimumRows, criticalColumns }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = Self.standard
        try self.init(
            alpha: container.decodeIfPresent(Double.self, forKey: .alpha) ?? standard.alpha,
            effect: container.decodeIfPresent(Double.self, forKey: .effect) ?? standard.effect,
            unseenEffect: container.decodeIfPresent(Double.self, forKey: .unseenEffect) ?? standard.unseenEffect,
            minimumRows: container.decodeIfPresent(Int.self, forKey: .minimumRows) ?? standard.minimumRows,
            criticalColumns: container.decodeIfPresent([String].self, forKey: .criticalColumns) ?? []
        )
    }
}
