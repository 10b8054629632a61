internal import Datasets
internal import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// The trainings that a plan with folds consists of.
extension TrainingPlan {
    /// The training of the network that is judged by a fold, counted from 0: on all other rows, from a seed of its own.
    ///
    /// The features are fitted on these rows alone, and so are weights of classes that follow from the rows. Features of
    /// more than half of `memoryLimit` bytes lie in a file.
    ///
    /// Throws the failures of the data, also when these have changed since they were dealt, and ``StoreError`` when the
    /// features of a fold do not fit the layers that the training begins with.
    func fold(_ fold: Int, memoryLimit: Int) throws -> TrainingPlan {
        let held = try PreparedData(dataset, memoryLimit: memoryLimit / 2, holdingOut: fold)
        guard held.validation?.targets == data.training.selecting(data.folds?.rows(of: fold) ?? []).targets,
            held.training.rows + (held.validation?.rows ?? 0) == data.training.rows
        else {
            throw DatasetError(
                .init(dataset.train.files.first ?? "data"),
                "the rows have changed since the training began",
                hint: "train again when nobody writes them"
            )
        }
        var plan = self
        plan.data = held
        plan.recipe.seed = CounterRandom(seed: recipe.seed, stream: TrainingPlan.foldStream).bits(at: UInt64(fold))
        if document.balancesClasses == true {
            plan.recipe.classWeights = .balancing(held.training.targets.classCounts)
        }
        // A fold may have fewer categories, and so fewer features, than all rows.
        plan.network = NetworkDescription(
            inputShape: held.training.inputShape,
            layers: network.layers.map(\.layer)
        )
        _ = try plan.network.outputShape()
        plan.initial = try initial(of: plan.network, seed: plan.recipe.seed)
        return plan
    }

    /// The training of the model itself after its folds, on all rows.
    ///
    /// Nothing is held out any more that could stop it: where the folds were stopped early, it takes the mean of their best
    /// epochs, while the learning rate goes on as in theirs.
    func final(after folds: [FoldLine]) -> TrainingPlan {
        var plan = self
        guard recipe.earlyStopping != nil else { return plan }
        let mean = folds.reduce(0) { $0 + Double($1.bestEpoch) } / Double(folds.count)
        plan.recipe.epochs = max(1, Int(mean.rounded()))
        plan.recipe.schedule = recipe.schedule?.spanning(recipe.epochs)
        plan.recipe.earlyStopping = nil
        return plan
    }

    private static let foldStream: UInt64 = 0x464F_4C44

    /// The network as it is before the first step, with the layers that another version gives; `nil` for random weights.
    private func initial(of network: NetworkDescription, seed: UInt64) throws -> Sequential? {
        guard let initial, let layers = document.transfer?.layers else { return nil }
        let known = Dictionary(initial.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let parameters = try Sequential(network, seed: seed).parameters.map { parameter in
            let layer = String(parameter.name.prefix { $0 != "/" })
            guard layers.contains(layer), let given = known[parameter.name] else { return parameter }
            guard given.shape == parameter.shape else {
                throw StoreError(
                    .usage,
                    "a fold has other features than all rows: `\(parameter.name)` is \(parameter.shape) there, and "
                        + "\(given.shape) where the weights come from",
                    hints: [
                        "drop rare categories: one_hot: {unknown: other, min_rows: 10}", "or drop training.transfer",
                    ]
                )
            }
            return given
        }
        return try Sequential(network, parameters: parameters)
    }
}

/// What is looked at before anything is trained.
extension TrainingPlan {
    /// Prepares each fold once where that can fail for one and not for another: categories may be missing.
    func checkFolds(memoryLimit: Int) throws {
        guard let folds = data.folds, data.features.fields.contains(where: { $0.kind == .text }) else { return }
        for fold in 0..<folds.count {
            do {
                _ = try self.fold(fold, memoryLimit: memoryLimit)
            } catch let error as DatasetError {
                let message = "\(error.message), when fold \(fold + 1) is held out"
                throw DatasetError(error.place, message, kind: error.kind, hint: error.hints.first)
            }
        }
    }

    /// Throws ``ProjectError`` for a learning rate that waits for figures which the last training does not have.
    static func checkFolds(_ recipe: TrainingRecipe, _ training: TrainingSection) throws {
        guard case .plateau(let rule) = recipe.schedule?.decay, rule.monitor.hasPrefix("val_") else { return }
        throw (training.schedule ?? training.node).error(
            "`training.schedule`: with folds nothing is held out from the last training, which learns from all rows: there is "
                + "no `\(rule.monitor)` to watch",
            hints: [
                "watch the rows that are learned from: reduce_on_plateau: {monitor: \(rule.monitor.dropFirst(4))}",
                "or take a schedule that needs none: cosine, step, exponential",
            ]
        )
    }

    /// Classes of which not every fold has a row.
    var foldRemarks: [String] {
        guard let folds = data.folds, let classes = data.classes else { return [] }
        return zip(classes.names, data.training.targets.classCounts).compactMap { name, rows in
            guard rows < folds.count else { return nil }
            return "class `\(name)` has \(rows) row\(rows == 1 ? "" : "s") for \(folds.count) folds: "
                + (rows < 2 ? "nothing here measures how well it is recognized" : "some folds do not judge it")
        }
    }
}
