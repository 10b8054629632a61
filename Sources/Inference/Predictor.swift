package import Datasets
package import ModelPackage
package import Support

/// A model that answers: raw rows go in, outputs come out.
///
/// A row gets the same answer alone and in any company.
package protocol Predictor: Sendable {
    /// The inputs and outputs.
    var signature: Signature { get }

    /// What the outputs mean.
    var outputKind: PredictionKind { get }

    /// The columns in which it puts something itself where they are missing.
    var optionalColumns: [String] { get }

    /// The columns by which rows are told apart, such as those that windows are cut by.
    var identifyingColumns: [String] { get }

    /// Opens a file of raw rows that the model is to judge; the content decides the format.
    func reader(of path: String) throws -> any RowReader

    /// What the model takes of the rows of a source.
    ///
    /// - Throws: `DatasetError` when the rows do not have it.
    func fields(of source: DataSource) throws -> [Field]

    /// Puts all rows that a reader has left to the model, and hands out its answers in their order, batch by batch.
    func predict(
        _ rows: any RowReader,
        cancellation: Cancellation,
        each: (Matrix) throws -> Void
    ) async throws
}

extension Predictor {
    package var identifyingColumns: [String] { [] }

    /// The classes in the order of the outputs, of an anomaly task what is normal and what is not; `nil` for a regression.
    package var classes: ClassNames? {
        switch outputKind {
        case .probabilities(let classes, _), .scores(let classes, _): classes
        case .values: nil
        }
    }

    /// What the model tells about a row.
    package var task: LearningTask { LearningTask(answering: classes) }

    /// What makes a class of the probabilities, or of a score; `nil` for the most probable one.
    package var decision: Decision? {
        switch outputKind {
        case .probabilities(_, let decision): decision
        case .scores(_, let decision): decision
        case .values: nil
        }
    }

    /// The answers for all rows that a reader has left, one row of the result for each.
    package func outputs(for rows: any RowReader, cancellation: Cancellation) async throws -> Matrix {
        var (values, count, columns): ([Float], Int, Int) = ([], 0, 0)
        try await predict(rows, cancellation: cancellation) { batch in
            values += batch.values
            count += batch.rows
            columns = batch.columns
        }
        return Matrix(rows: count, columns: columns, values: values)
    }
}
