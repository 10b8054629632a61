package import Datasets
package import ModelPackage

/// A model that answers: raw rows go in, outputs come out.
///
/// Any number of threads may use it at once. A row gets the same bits alone and in any batch.
package protocol Predictor: Sendable {
    /// The inputs and outputs.
    var signature: Signature { get }

    /// What the outputs mean.
    var outputKind: PredictionKind { get }

    /// Opens a file of raw rows that the model is to judge; the content decides the format.
    func reader(of path: String) throws -> any RowReader

    /// The features of raw rows; `source` and `firstRow` say where they stand, for messages.
    func features(of rows: RawRows, source: String, firstRow: Int) throws -> Matrix

    /// The outputs for rows of features, one row of the result for each.
    func predict(_ features: Matrix) throws -> Matrix
}

extension Predictor {
    /// The classes in the order of the outputs; `nil` for a regression.
    package var classes: ClassNames? {
        if case .probabilities(let classes, _) = outputKind { classes } else { nil }
    }

    /// What makes a class of the probabilities; `nil` for the most probable one.
    package var decision: Decision? {
        if case .probabilities(_, let decision) = outputKind { decision } else { nil }
    }
}
