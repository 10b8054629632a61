package import Datasets
package import ModelPackage
internal import NeuralNetwork
package import Support

/// A model of the built-in training core, loaded from the members of its package.
package struct NetworkPredictor: Predictor {
    package let signature: Signature
    package let outputKind: PredictionKind
    /// What turns raw rows into the inputs of the network.
    package let pipeline: FeaturePipeline
    private let network: AnsweringNetwork

    /// Loads a model from the members of its package.
    ///
    /// Throws a ``Failure`` of kind `integrity` when the members do not fit together.
    package init(_ files: ModelFiles, threads: Int = 1) throws {
        signature = try files.document(Signature.self, MemberNames.signature)
        pipeline = try files.document(FeaturePipeline.self, MemberNames.features)
        let description = try files.document(NetworkDescription.self, MemberNames.network)
        let decision = try files.optional(Decision.self, MemberNames.decision)
        let scores = decision?.scoreThreshold != nil
        guard scores == signature.isAnomalyScore else {
            throw PackageError("\(files.source): the signature and the decision are about different answers")
        }
        network = try AnsweringNetwork(files.model(of: description), scores: scores, threads: threads)
        guard network.inputWidth == pipeline.width else {
            throw PackageError(
                "\(files.source): the network takes \(network.inputWidth) numbers, the features are \(pipeline.width)"
            )
        }
        guard !scores || network.outputWidth == network.inputWidth else {
            throw PackageError(
                "\(files.source): the network gives back \(network.outputWidth) of \(network.inputWidth) features"
            )
        }
        outputKind = try NetworkPredictor.kind(of: network.outputWidth, classes: signature.classes, decision)
    }

    private static func kind(of outputs: Int, classes: [String]?, _ decision: Decision?) throws -> PredictionKind {
        if let decision, let classes = try decision.normalAndAnomalous {
            return .scores(classes, decision: decision)
        }
        guard let classes else { return .values(count: outputs) }
        guard decision.map({ $0.classes == classes }) ?? true else {
            throw PackageError("the decision is about other classes than the signature")
        }
        guard outputs == classes.count || (outputs == 1 && classes.count == 2) else {
            throw PackageError("the network has \(outputs) outputs for \(classes.count) classes")
        }
        return .probabilities(try ClassNames(classes), decision: decision)
    }

    package var optionalColumns: [String] { pipeline.imputedColumns }

    package var identifyingColumns: [String] { pipeline.fields.first?.window?.columns ?? [] }

    package func reader(of path: String) throws -> any RowReader { try pipeline.reader(of: path) }

    package func fields(of source: DataSource) throws -> [Field] {
        try pipeline.check(source)
        return pipeline.fields
    }

    /// The rows that are worked on at once.
    private static let batch = 4096

    package func predict(
        _ rows: any RowReader,
        cancellation: Cancellation,
        each: (Matrix) throws -> Void
    ) async throws {
        var firstRow = 0
        while let raw = try rows.read(upTo: Self.batch) {
            try cancellation.check()
            let features = try rows.namingLines {
                try pipeline.transform(raw, source: rows.source, firstRow: firstRow)
            }
            try each(network.predict(features))
            firstRow += raw.count
        }
    }

    /// The outputs for rows of features, one row of the result for each.
    package func predict(_ features: Matrix) throws -> Matrix { try network.predict(features) }

    /// The outputs for rows of features, wherever they lie.
    package func predict(_ features: FeatureRows) throws -> Matrix { try network.predict(features) }
}
