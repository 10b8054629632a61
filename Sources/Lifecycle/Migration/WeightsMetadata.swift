internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import NeuralNetwork
internal import Support

/// What stands under `__metadata__` in a file of weights that we write: texts under names.
///
/// The documents of the package that say what the weights are for stand there as they are, so that the file can come
/// back without the project.
struct WeightsMetadata {
    /// Tells files of ours from those of others.
    private static let format = "mlops"

    private static let documents = [
        "network": MemberNames.network, "features": MemberNames.features, "signature": MemberNames.signature,
        "decision": MemberNames.decision,
    ]

    /// The metadata of a version.
    static func of(_ record: VersionRecord, _ files: ModelFiles) throws -> [String: String] {
        var metadata = [
            "format": format, "model": record.model, "version": "\(record.version)", "digest": "\(record.digest)",
        ]
        for (key, member) in documents where files.has(member) {
            metadata[key] = String(decoding: try files.read(member), as: UTF8.self)
        }
        return metadata
    }

    let network: NetworkDescription
    let features: FeaturePipeline
    let signature: Signature
    let decision: Decision?

    /// Reads metadata of ours; `nil` for those of others.
    ///
    /// Throws a ``Failure`` of kind `integrity` when a document in them cannot be read.
    init?(_ metadata: [String: String], source: String) throws {
        guard metadata["format"] == Self.format, metadata["network"] != nil else { return nil }
        func document<Document: JSONDocument>(_ type: Document.Type, _ key: String) throws -> Document {
            try JSON.decode(type, from: Array((metadata[key] ?? "").utf8), source: "\(source), metadata `\(key)`")
        }
        network = try document(NetworkDescription.self, "network")
        guard network.isOfPossibleSize else {
            throw StoreError(.integrity, "\(source), metadata `network`: the sizes are impossible")
        }
        features = try document(FeaturePipeline.self, "features")
        signature = try document(Signature.self, "signature")
        decision = metadata["decision"] == nil ? nil : try document(Decision.self, "decision")
    }
}

extension NetworkDescription {
    /// Whether the sizes, which somebody else wrote, can be computed with.
    fileprivate var isOfPossibleSize: Bool {
        let limit = 1 << 27
        var width = 1
        for length in inputShape {
            guard length > 0, length <= limit / width else { return false }
            width *= length
        }
        return layers.count <= 10_000 && (try? shapes()) != nil
    }
}
