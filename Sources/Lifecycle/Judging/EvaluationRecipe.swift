internal import Evaluation
internal import Support

/// What an evaluation asks: the gates, and which rows of the project they are put to.
///
/// Its digest stands in the check. When the project asks something else by now, the check is stale.
struct EvaluationRecipe: Encodable {
    let gates: [Gate]
    /// `nil` for rows that are not the project's.
    let part: Evaluate.Part?

    private enum CodingKeys: String, CodingKey { case gates, rows }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(gates, forKey: .gates)
        try container.encodeIfPresent(part?.rawValue, forKey: .rows)
    }

    /// The digest in a check that asks for more than gates.
    func digestOrEmpty() throws -> Digest { Digest(of: try JSON.encode(self, pretty: false)) }

    /// The digest in the check; `nil` when there is no gate, and so nothing is asked.
    func digest() throws -> Digest? { gates.isEmpty ? nil : Digest(of: try JSON.encode(self, pretty: false)) }
}
