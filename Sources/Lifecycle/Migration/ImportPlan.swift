internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import Monitoring
internal import NeuralNetwork
internal import ProjectFile
internal import TensorFiles

/// What imported weights are for: the network, what goes into it and what comes out, and who judges it.
struct ImportPlan {
    /// As it goes into the package.
    let network: NetworkDescription
    let match: TensorMatch
    let features: FeaturePipeline
    let signature: Signature
    let classes: ClassNames?
    /// Rows to judge it by; `nil` where the project has no data.
    let data: PreparedData?
    let profile: TableProfile?
    let gates: [Gate]
    /// What is asked of the decision for a class; `nil` for the most probable one.
    let rule: DecisionRule?
    /// The decision that came with the weights.
    let decision: Decision?

    /// The network of a project file, with the features of its data if it has any.
    ///
    /// Throws ``ProjectError`` and the failures of the data, and ``TensorMismatch`` when the tensors are not the network's.
    init(_ project: Project, in directory: String, weights: SafetensorsLayout, file: String) throws {
        guard !project.network.isEmpty else { throw project.missing("network") }
        let layers = try project.network.map { try $0.layer() }
        decision = nil
        if project.data == nil {
            let known = try ImportPlan.inputs(of: layers, project)
            match = try TensorMatch(
                weights.entries,
                to: try ImportPlan.network(layers, inputShape: [known ?? 1], project),
                knowsInputs: known != nil,
                file: file
            )
            let inputs = known ?? match.inputs
            let plain = try ImportPlan.network(layers, inputShape: [inputs], project)
            // The threshold of an anomaly task is chosen from rows.
            if project.task == .anomaly { throw project.missing("data") }
            network = try project.training.map { plain.packaged(for: try $0.readLoss()) } ?? plain
            classes = try ImportPlan.classes(of: network, project)
            try project.decision?.check(classes: classes, hasValidation: false)
            features = FeaturePipeline.plain(width: inputs)
            (data, profile, gates) = (nil, nil, [])
        } else {
            let dataset = try project.dataset(in: directory)
            gates = try project.gates(for: dataset.task)
            let (data, profile) = try dataset.prepared()
            var plain = NetworkDescription(inputShape: data.training.inputShape, layers: layers)
            let loss = try project.training?.readLoss()
            try TrainingPlan.check(plain, takesLogits: loss?.takesLogits ?? false, data, project)
            if dataset.task == .anomaly { plain = plain.endingInOneAxis }
            match = try TensorMatch(weights.entries, to: plain, knowsInputs: true, file: file)
            network = loss.map { plain.packaged(for: $0) } ?? plain
            (self.data, self.profile, features, classes) = (data, profile, data.features, data.classes)
        }
        rule = try data.map { try project.decisionRule(for: $0) } ?? project.decision?.decision()
        signature =
            classes?.isOneClass == true
            ? Signature(scoring: features)
            : Signature(
                features: features,
                outputs: try network.outputShape().reduce(1, *),
                target: features.target,
                classes: classes?.names
            )
    }

    /// The network that the file itself describes.
    init(_ metadata: WeightsMetadata, weights: SafetensorsLayout, file: String) throws {
        network = metadata.network
        match = try TensorMatch(weights.entries, to: metadata.network, knowsInputs: true, file: file)
        (features, signature, decision) = (metadata.features, metadata.signature, metadata.decision)
        classes = try metadata.decision?.normalAndAnomalous ?? metadata.signature.classes.map { try ClassNames($0) }
        (data, profile, gates, rule) = (nil, nil, [], nil)
    }

    /// The numbers of a row where no data tell: as many as a `reshape` at the beginning takes; `nil` where the kernel of a
    /// `dense` layer tells.
    ///
    /// Throws ``ProjectError`` where nothing does.
    private static func inputs(of layers: [Layer], _ project: Project) throws -> Int? {
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .reshape(let reshape) where index == 0 && !reshape.targetShape.contains { $0 < 1 }:
                return reshape.targetShape.reduce(1) { product, size in
                    product.multipliedReportingOverflow(by: size).overflow ? .max : product * size
                }
            case .activation, .dropout, .flatten: continue
            case .dense: return nil
            default:
                throw project.network[index].node.error(
                    "without `data`, nothing says how many numbers a row has",
                    hints: ["begin with their shape, such as `reshape: [28, 28, 1]` or `reshape: [100, 4]`"]
                )
            }
        }
        return nil
    }

    /// What a person should know about networks of PyTorch that normalize; `nil` for nothing.
    var epsilonRemark: String? {
        guard match.isFromPyTorch else { return nil }
        for layer in network.layers {
            switch layer.layer {
            case .batchNormalization(let norm) where norm.epsilon == BatchNormalization().epsilon: break
            case .layerNormalization(let norm) where norm.epsilon == LayerNormalization().epsilon: break
            default: continue
            }
            return "`\(layer.name)` has the epsilon 0.001, as in Keras; PyTorch's is 0.00001 where it was not set: "
                + "\(layer.layer.type): {epsilon: 1e-5}"
        }
        return nil
    }

    /// A network whose shapes are checked; an error names the line of the layer.
    private static func network(
        _ layers: [Layer],
        inputShape: [Int],
        _ project: Project
    ) throws -> NetworkDescription {
        let network = NetworkDescription(inputShape: inputShape, layers: layers)
        do throws(LayerError) {
            _ = try network.shapes()
        } catch {
            let node = project.network.indices.contains(error.index) ? project.network[error.index].node : nil
            throw ProjectError(file: project.file, line: node?.line, error.description, hints: error.hints)
        }
        return network
    }

    /// The classes where no data name them: numbers from 0.
    private static func classes(of network: NetworkDescription, _ project: Project) throws -> ClassNames? {
        guard try project.learningTask() == .classification else { return nil }
        let outputs = try network.outputShape().reduce(1, *)
        guard network.endsInProbabilities else {
            throw project.network[project.network.count - 1].node.error(
                "the last layer: expected probabilities (softmax, or sigmoid for one unit)",
                hints: ["add: activation: \(outputs == 1 ? "sigmoid" : "softmax")"]
            )
        }
        return try ClassNames((0..<max(2, outputs)).map { "\($0)" })
    }
}
