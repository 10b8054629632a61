internal import Datasets
internal import Evaluation
internal import Support

/// What an evaluation asks: the gates, and which rows of the project they are put to.
///
/// Its digest stands in the check. When the project asks something else by now, the check is stale.
struct EvaluationRecipe: Encodable {
    private let gates: [Gate]
    /// `nil` for rows that are not the project's.
    private let rows: String?
    private let split: Split?
    private let seed: UInt64?

    /// Gates alone, put to rows from elsewhere.
    init(gates: [Gate]) {
        self.gates = gates
        rows = nil
        split = nil
        seed = nil
    }

    /// Gates put to a part of the project's rows.
    init(gates: [Gate], part: Evaluate.Part, of dataset: DatasetDescription) {
        self.gates = gates
        rows = part.rawValue
        // A file of its own is not dealt out.
        let isDealt = dataset.source(of: part.datasetPart) == dataset.train && dataset.split != .none
        split = isDealt ? dataset.split : nil
        seed = isDealt ? dataset.seed : nil
    }

    /// The digest in the check; `nil` when there is no gate, and so nothing is asked.
    func digest() throws -> Digest? { gates.isEmpty ? nil : Digest(of: try JSON.encode(self, pretty: false)) }
}
