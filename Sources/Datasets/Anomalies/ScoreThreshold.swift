/// The score above which a row is an anomaly, and what it rests on.
///
/// It is one of the scores of normal rows that were kept from the training: of *n* of them in ascending order the one at
/// place ⌈quantile × (n + 1)⌉. As long as new normal rows are like those, the share of them that is above it has the
/// distribution Beta(n + 1 - place, place), whatever the scores look like (Wilks, 1941; as a threshold for anomalies
/// Laxhammar and Falkman, 2010).
package struct ScoreThreshold: Sendable, Hashable {
    /// Scores above this are those of anomalies.
    package let score: Double
    /// The share of normal rows that is to stay at or below it.
    package let quantile: Double
    /// The normal rows whose scores it was chosen from.
    package let rows: Int

    package init(score: Double, quantile: Double, rows: Int) {
        self.score = score
        self.quantile = quantile
        self.rows = rows
    }

    /// The place of the score among those of so many rows in ascending order, from 1; beyond them when they are too few.
    package static func place(of quantile: Double, among rows: Int) -> Int {
        // What rounding adds to a whole number is no reason to go one further.
        max(1, Int((quantile * Double(rows + 1) - 1e-9).rounded(.up)))
    }

    /// The least number of rows that a quantile can be chosen from.
    package static func neededRows(for quantile: Double) -> Int {
        var rows = max(1, Int((quantile / (1 - quantile)).rounded(.down)) - 1)
        while place(of: quantile, among: rows) > rows { rows += 1 }
        return rows
    }

    /// The place that the threshold was taken from, from 1.
    package var place: Int { ScoreThreshold.place(of: quantile, among: rows) }

    /// Whether a row with this score is an anomaly.
    package func isExceeded(by score: Float) -> Bool { Double(score) > self.score }

    /// 1 for each score of an anomaly, 0 for others.
    package func answers(to scores: [Float]) -> [Int32] { scores.map { isExceeded(by: $0) ? 1 : 0 } }
}

extension ScoreThreshold: Codable {
    private enum CodingKeys: String, CodingKey { case score, quantile, rows }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        score = try container.decode(Double.self, forKey: .score)
        quantile = try container.decode(Double.self, forKey: .quantile)
        rows = try container.decode(Int.self, forKey: .rows)
        guard score.isFinite, score >= 0, quantile > 0, quantile < 1, rows >= 1, rows < 1 << 40, place <= rows else {
            throw DecodingError.dataCorruptedError(
                forKey: .score,
                in: container,
                debugDescription:
                    "a score of at least 0, a quantile between 0 and 1, and rows enough for it were expected"
            )
        }
    }
}
