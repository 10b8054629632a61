internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Monitoring
internal import Serving
package import Support

/// Asks two versions what callers have asked lately, as the prediction log of this machine has it.
struct RecordedQuestion {
    let store: Store
    let environment: String

    /// Rows that are asked again.
    static let limit = 1000

    /// How the answers would change; `nil` where nothing is recorded, or the two cannot be compared.
    ///
    /// Throws what keeps the log, or a version, from being read.
    func changes(from serving: VersionReference?, to record: VersionRecord) throws -> RecordedChanges? {
        guard let serving, record.kind == .network,
            let history = try PredictionHistory(at: store.predictionLog(of: environment))
        else { return nil }
        let recorded = try history.predictions(of: record.model, limit: Self.limit)
        guard let newest = recorded.first, let oldest = recorded.last else { return nil }
        let served = try store.version(serving, of: record.model)
        guard served.kind == .network else { return nil }
        let (before, after) = (try model(served), try model(record))
        guard before.predictor.classes == after.predictor.classes else { return nil }
        var (old, new) = (RowCollection(), RowCollection())
        var refused = 0
        for prediction in recorded {
            guard let first = before.features(prediction.inputs), let second = after.features(prediction.inputs) else {
                refused += 1
                continue
            }
            old.append(first)
            new.append(second)
        }
        let changes = AnswerChanges(
            from: (try before.predictor.predict(old.matrix), before.predictor.decision),
            to: (try after.predictor.predict(new.matrix), after.predictor.decision),
            classes: after.predictor.classes,
            tolerance: Proof.tolerance
        )
        return changes.map {
            RecordedChanges(
                since: Timestamp(seconds: Int64(oldest.time)),
                until: Timestamp(seconds: Int64(newest.time)),
                refused: refused,
                changes: $0
            )
        }
    }

    private func model(_ record: VersionRecord) throws -> AskedModel {
        let files = ModelFiles(try store.package(of: record), source: record.title)
        return AskedModel(try NetworkPredictor(files))
    }
}

/// How the answers to recorded requests would change.
package struct RecordedChanges: Encodable, Sendable {
    /// When the first and the last of the rows were asked.
    package let since: Timestamp
    package let until: Timestamp
    /// Rows that one of the versions does not take.
    package let refused: Int
    package let changes: AnswerChanges
}

/// A model that takes rows as the prediction log has them.
private struct AskedModel {
    let predictor: NetworkPredictor
    private let rows: RowModel

    init(_ predictor: NetworkPredictor) {
        self.predictor = predictor
        rows = RowModel(predictor, platform: "", allowsNonFinite: true)
    }

    /// The features of a recorded row; `nil` where the model does not take it.
    func features(_ inputs: String) -> Matrix? {
        let body = Array("{\"dataframe_records\":[\(inputs)]}".utf8)
        guard let request = try? InvocationRequest(json: body.span, inputs: rows.inputs),
            case .rows(let matrix)? = try? rows.prepare(request.inputs), matrix.rows == 1
        else { return nil }
        return matrix
    }
}

/// Rows of features, one after the other.
private struct RowCollection {
    private var values: [Float] = []
    private var (rows, columns) = (0, 0)

    mutating func append(_ row: Matrix) {
        values += row.values
        rows += row.rows
        columns = row.columns
    }

    var matrix: Matrix { Matrix(rows: rows, columns: columns, values: values) }
}
