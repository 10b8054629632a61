package import Datasets

/// A model that answers rows in memory, on the thread that asks.
package protocol ImmediatePredictor: Predictor {
    /// What a raw row consists of.
    var fields: [Field] { get }

    /// The features of raw rows, which must have the model's fields in their order.
    ///
    /// - Throws: `DatasetError` for a value that cannot be used.
    func features(of rows: RawRows) throws -> Matrix

    /// The outputs for rows of features, one row of the result for each; a row gets the same bits in any company.
    func predict(_ features: Matrix) throws -> Matrix
}

extension NetworkPredictor: ImmediatePredictor {
    package var fields: [Field] { pipeline.fields }

    package func features(of rows: RawRows) throws -> Matrix { try pipeline.transform(rows) }
}
