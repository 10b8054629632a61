package import Datasets
package import ModelPackage

extension Signature {
    /// The inputs and outputs of a model that says how far a row is from what is normal, and whether that is too far.
    package init(scoring features: FeaturePipeline) {
        let rows = Signature(features: features, outputs: 1, target: nil, classes: nil)
        self.init(inputs: rows.inputs, outputs: Signature.scorePorts, classes: nil)
    }

    private static let scorePorts = [
        Port(name: "score", type: "float32", shape: []), Port(name: "anomaly", type: "bool", shape: []),
    ]

    /// Whether the outputs are those of an anomaly task.
    package var isAnomalyScore: Bool { outputs == Signature.scorePorts }
}

extension Decision {
    /// The two classes of an anomaly task; `nil` for a classification.
    package var normalAndAnomalous: ClassNames? {
        get throws {
            guard scoreThreshold != nil else { return nil }
            return try ClassNames(normal: classes[0], anomalous: classes[1])
        }
    }
}

extension ModelFiles {
    /// The classes that a network's outputs are about; `nil` for a regression.
    package func classNames() throws -> ClassNames? {
        let decision = try optional(Decision.self, MemberNames.decision)
        if let classes = try decision?.normalAndAnomalous { return classes }
        return try document(Signature.self, MemberNames.signature).classes.map { try ClassNames($0) }
    }
}
