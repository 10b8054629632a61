internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import Monitoring
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// Everything that a training needs, read from the project file and the data, and checked before anything is trained.
struct TrainingPlan {
    let model: String
    var network: NetworkDescription
    var recipe: TrainingRecipe
    let dataset: DatasetDescription
    var data: PreparedData
    /// What is remembered of the training rows, to compare later ones with; `nil` for what is no table.
    let profile: TableProfile?
    let gates: [Gate]
    let document: RecipeDocument
    /// What is asked of the decision for a class; `nil` for the most probable one.
    let decision: DecisionRule?
    /// What an update goes on from; `nil` for a training from the start.
    var start: TrainingState?
    /// The network as it is before the first step; `nil` for one with random weights.
    var initial: Sequential?
}

extension TrainingPlan {
    /// Reads and checks; throws ``ProjectError`` or the failures of the data.
    ///
    /// Features of more than `memoryLimit` bytes lie in a file. `processes` train together; `nil` for one.
    init(
        _ project: Project,
        in directory: String,
        transfer: Transfer? = nil,
        memoryLimit: Int = FeatureRows.usualLimit,
        processes: Int? = nil
    ) throws {
        guard let model = project.model else { throw project.missing("model") }
        guard let training = project.training else {
            guard let predictor = project.predictor else { throw project.missing("training") }
            throw predictor.node.error(
                "`predictor` answers for a model that is made elsewhere: there is nothing to train",
                hints: [
                    "add the program that trains: trainer: {command: [...]}",
                    "or register files: mlops register FILE|DIR",
                ]
            )
        }
        guard !project.network.isEmpty else { throw project.missing("network") }
        let layers = try project.network.map { try $0.layer() }
        let dataset = try project.dataset(in: directory)
        let (data, profile) = try dataset.prepared(memoryLimit: memoryLimit)
        var network = NetworkDescription(inputShape: data.training.inputShape, layers: layers)
        let classes = data.classes.flatMap { $0.isOneClass ? nil : $0.names }
        var recipe = try training.recipe(classes: classes, counts: data.training.targets.classCounts)
        recipe.processes = processes
        if dataset.split.folds != nil { try TrainingPlan.checkFolds(recipe, training) }
        try TrainingPlan.check(network, takesLogits: recipe.loss.takesLogits, data, project)
        if dataset.task == .anomaly {
            try training.checkReconstruction(recipe.loss)
            recipe.reconstructs = true
            network = network.endingInOneAxis
        }
        if recipe.standardizeTarget == true { try TrainingPlan.checkScaling(network, data, project) }
        let shape = data.training.inputShape
        if let node = training.augmentation, shape.count != 2, shape.count != 3 {
            throw node.error(
                "`\(node.path)`: expected pictures, [height, width] or [height, width, channels], found rows of shape \(shape)"
            )
        }
        if let frozen = training.transfer,
            let unknown = frozen.freeze.first(where: { name in
                !network.layers.contains { $0.name == name }
            })
        {
            throw frozen.node.unknown("layer to freeze", unknown, among: network.layers.map(\.name))
        }
        let start = try transfer?.start(of: network, seed: recipe.seed, frozen: recipe.frozen ?? [])
        let decision = try project.decisionRule(for: data)
        self.init(
            model: model,
            network: network,
            recipe: recipe,
            dataset: dataset,
            data: data,
            profile: profile,
            gates: try project.gates(for: dataset.task),
            document: try RecipeDocument(
                network: network,
                recipe: recipe,
                dataset: dataset,
                balancesClasses: training.classWeights.map { if case .balanced = $0 { true } else { false } } ?? false,
                decision: decision,
                transfer: start?.1
            ),
            decision: decision,
            initial: start?.0
        )
        try checkFolds(memoryLimit: memoryLimit)
        do throws {
            try Trainer.check(
                self.network,
                self.recipe,
                rows: data.training.rows,
                hasValidation: data.validation != nil || data.folds != nil,
                processes: processes ?? 1
            )
        } catch let error as TrainingError {
            throw training.node.error(error.description, hints: error.hints)
        }
    }

    /// Compares the network with the data and the loss, and names the line of the layer that does not fit.
    ///
    /// A network whose outputs the loss turns into probabilities, and the package after it, need not give them itself.
    static func check(
        _ network: NetworkDescription,
        takesLogits: Bool,
        _ data: PreparedData,
        _ project: Project
    ) throws {
        let shape: [Int]
        do throws(LayerError) {
            shape = try network.outputShape()
        } catch {
            guard project.network.indices.contains(error.index) else {
                throw ProjectError(file: project.file, line: nil, error.description, hints: error.hints)
            }
            throw project.network[error.index].node.error(error.description, hints: error.hints)
        }
        let last = project.network[project.network.count - 1].node
        let outputs = shape.reduce(1, *)
        if data.classes?.isOneClass == true {
            guard network.givesBack(shape) else {
                throw last.error(network.reconstructionProblem(shape), hints: network.reconstructionHints)
            }
            return
        }
        switch data.training.targets {
        case .values(let matrix):
            guard outputs == matrix.columns else {
                throw last.error(
                    "the last layer: expected \(matrix.columns) units, one for each number of the target, received \(outputs)"
                )
            }
        case .classes(_, let count):
            guard outputs == count || (outputs == 1 && count == 2) else {
                let names = data.classes?.names ?? []
                throw last.error(
                    "the last layer: expected \(count) units, one for each class, received \(outputs)",
                    hints: names.count > 20 ? [] : ["the classes in the data are: \(names.joined(separator: ", "))"]
                )
            }
            guard takesLogits || network.endsInProbabilities else {
                throw last.error(
                    "the last layer: expected probabilities (softmax, or sigmoid for one unit)",
                    hints: ["add: activation: \(outputs == 1 ? "sigmoid" : "softmax")"]
                )
            }
        }
    }

    /// Numbers can be learned in other units only where the last layer can give them back in their own.
    private static func checkScaling(
        _ network: NetworkDescription,
        _ data: PreparedData,
        _ project: Project
    ) throws {
        guard data.classes == nil else {
            throw project.training?.node.error("`standardize_target` is for a regression")
                ?? project.missing("training")
        }
        guard network.lastLinearLayer != nil else {
            throw project.network[project.network.count - 1].node.error(
                "the last layer: expected `dense` with a bias and without an activation, for `standardize_target`",
                hints: ["drop the activation, or `training.standardize_target`"]
            )
        }
    }

    /// Models so simple that the network must beat them.
    var baselines: [Baseline] {
        isAnomaly
            ? [.distance(data.training)] : [.trivial(data.training), .linear(data.training, seed: recipe.seed)]
    }

    /// What a person should know before trusting a figure.
    var remarks: [String] { data.remarks + foldRemarks + unitRemark + anomalyRemarks }

    /// Numbers far from 1 are learned badly in their own unit.
    private var unitRemark: [String] {
        guard case .values(let matrix) = data.training.targets else { return [] }
        if recipe.standardizeTarget == true { return offsetRemark(matrix) }
        let meanSquare = matrix.values.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, matrix.values.count))
        let size = meanSquare.squareRoot()
        guard size > 100 || (size > 0 && size < 0.01) else { return [] }
        return [
            "the numbers of the target are around \(Float(size)), and networks learn those around 1 best; "
                + "set training.standardize_target: true"
        ]
    }

    /// A number far away from zero and close to the others is told from them by its last digits, which 32 bits do not hold.
    private func offsetRemark(_ matrix: Matrix) -> [String] {
        guard let scale = TargetScale(of: .values(matrix)) else { return [] }
        let column = scale.means.indices.first { abs(scale.means[$0]) > 1e6 * scale.deviations[$0] }
        return column.map { column in
            [
                "the numbers of the target are \(scale.means[column]), give or take \(scale.deviations[column]): answers of "
                    + "32 bits hardly tell them apart; subtract a constant from the target"
            ]
        } ?? []
    }

    /// The network as it goes into the package: with its outputs turned into probabilities where the loss did that.
    var packagedNetwork: NetworkDescription { network.packaged(for: recipe.loss) }

    /// The inputs and outputs of the model.
    func signature() throws -> Signature {
        if isAnomaly { return Signature(scoring: data.features) }
        return Signature(
            features: data.features,
            outputs: try network.outputShape().reduce(1, *),
            target: data.features.target,
            classes: data.classes?.names
        )
    }
}

extension Targets {
    /// How often each class occurs; empty for numbers.
    var classCounts: [Int] {
        guard case .classes(let labels, let count) = self else { return [] }
        var counts = [Int](repeating: 0, count: count)
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }
}

extension Loss {
    /// Whether the network's outputs are not yet probabilities.
    var takesLogits: Bool {
        switch self {
        case .binaryCrossentropy(let logits), .categoricalCrossentropy(let logits),
            .sparseCategoricalCrossentropy(let logits):
            logits
        case .meanSquaredError, .meanAbsoluteError, .huber: false
        }
    }
}

extension DatasetDescription {
    /// The data, read and prepared, with what is remembered of the training rows; `nil` for what is no table.
    func prepared(
        memoryLimit: Int = FeatureRows.usualLimit
    ) throws -> (data: PreparedData, profile: TableProfile?) {
        var sampler: TableSampler?
        // Beside all rows there are those of a fold.
        let limit = split.folds == nil ? memoryLimit : memoryLimit / 2
        let data = try PreparedData(self, memoryLimit: limit) { rows in
            if sampler == nil {
                sampler = TableSampler(rows.columns.map { ($0.field.name, $0.field.kind == .text ? .text : .number) })
            }
            sampler?.add(rows)
        }
        return (data, try sampler.map { TableProfile(try $0.finish()) })
    }
}

extension NetworkDescription {
    /// The network with its outputs turned into probabilities where the loss did that.
    func packaged(for loss: Loss) -> NetworkDescription {
        guard loss.takesLogits else { return self }
        let activation: Activation = if case .binaryCrossentropy = loss { .sigmoid } else { .softmax }
        return NetworkDescription(
            inputShape: inputShape,
            layers: layers.map(\.layer) + [.activation(ActivationLayer(activation))]
        )
    }

    /// Whether the last layer that computes something gives numbers from 0 to 1.
    var endsInProbabilities: Bool {
        for layer in layers.reversed() {
            switch layer.layer {
            case .dense(let dense): return dense.activation == .softmax || dense.activation == .sigmoid
            case .activation(let layer): return layer.activation == .softmax || layer.activation == .sigmoid
            case .dropout, .flatten, .reshape: continue
            default: return false
            }
        }
        return false
    }
}
