package import Support

/// The result of a test, a validation or an evaluation of one version, in its model's ledger.
package struct CheckRecord: JSONDocument, Hashable {
    package static let schema = Schema("check", 1)

    /// What came out.
    package enum Verdict: String, Codable, Sendable {
        case pass, fail, inconclusive
        case notEnoughData = "not_enough_data"
    }

    /// `test`, `validate` or `evaluate`.
    package let check: String
    package let verdict: Verdict
    /// The package that was judged.
    package let digest: Digest
    /// The data that it was judged on.
    package let data: Digest?
    /// Which rows of the project these were, such as `test`; `nil` for rows from elsewhere.
    package let rows: String?
    /// What was asked: thresholds, tests, options; `nil` when nothing was.
    package let recipe: Digest?
    package let metrics: [String: Double]
    package let actor: String
    package let tool: String
    package let time: Timestamp

    package init(
        check: String,
        verdict: Verdict,
        digest: Digest,
        data: Digest?,
        rows: String? = nil,
        recipe: Digest?,
        metrics: [String: Double],
        actor: String,
        tool: String,
        time: Timestamp
    ) {
        self.check = check
        self.verdict = verdict
        self.digest = digest
        self.data = data
        self.rows = rows
        self.recipe = recipe
        self.metrics = metrics
        self.actor = actor
        self.tool = tool
        self.time = time
    }
}
