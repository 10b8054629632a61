package import Datasets
package import ModelPackage
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// A model of the built-in training core, loaded from the members of its package.
package struct NetworkPredictor: Predictor {
    package let signature: Signature
    package let outputKind: PredictionKind
    /// What turns raw rows into the inputs of the network.
    package let pipeline: FeaturePipeline
    private let network: PackedNetwork

    /// Loads a model; `member` gives the content of a member of the package, and `source` names it in messages.
    ///
    /// Throws a ``Failure`` of kind `integrity` when the members do not fit together.
    package init(
        source: String,
        threads: Int = 1,
        member: (_ path: String) throws -> [UInt8]
    ) throws {
        func read<Document: JSONDocument>(_ type: Document.Type, _ path: String) throws -> Document {
            try JSON.decode(type, from: member(path), source: "\(source), \(path)")
        }
        signature = try read(Signature.self, MemberNames.signature)
        pipeline = try read(FeaturePipeline.self, MemberNames.features)
        let description = try read(NetworkDescription.self, MemberNames.network)
        let weights = try Safetensors.decode(
            member(MemberNames.weights),
            source: "\(source), \(MemberNames.weights)"
        )
        let parameters = try Sequential.parameterNames(of: description).map { name in
            guard let tensor = weights.tensors[name] else {
                throw PackageError("\(source): the weights hold no tensor `\(name)`")
            }
            return NamedTensor(name: name, shape: tensor.shape, values: try tensor.floats())
        }
        let model = try Sequential(description, parameters: parameters)
        network = try PackedNetwork(model, threads: threads)
        guard network.inputWidth == pipeline.width else {
            throw PackageError(
                "\(source): the network takes \(network.inputWidth) numbers, the features are \(pipeline.width)"
            )
        }
        outputKind = try NetworkPredictor.kind(of: network.outputWidth, classes: signature.classes)
    }

    private static func kind(of outputs: Int, classes: [String]?) throws -> PredictionKind {
        guard let classes else { return .values(count: outputs) }
        guard outputs == classes.count || (outputs == 1 && classes.count == 2) else {
            throw PackageError("the network has \(outputs) outputs for \(classes.count) classes")
        }
        return .probabilities(try ClassNames(classes))
    }

    package func reader(of path: String) throws -> any RowReader { try pipeline.reader(of: path) }

    package func features(of rows: RawRows, source: String, firstRow: Int) throws -> Matrix {
        try pipeline.transform(rows, source: source, firstRow: firstRow)
    }

    package func predict(_ features: Matrix) throws -> Matrix { try network.predict(features) }

    /// The classes in the order of the outputs; `nil` for a regression.
    package var classes: ClassNames? {
        if case .probabilities(let classes) = outputKind { classes } else { nil }
    }

    /// Reads a source with targets, to be judged by them.
    package func examples(from source: DataSource) throws -> Examples {
        try pipeline.examples(from: source, classes: classes)
    }
}
