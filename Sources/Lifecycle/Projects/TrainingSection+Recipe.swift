internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension TrainingSection {
    /// The recipe that the project file means; throws ``ProjectError`` with the line.
    ///
    /// `classes` are the names that class weights may use, and `counts` how often each occurs in the training rows.
    func recipe(classes: [String]?, counts: [Int]) throws -> TrainingRecipe {
        let loss = try readLoss()
        return TrainingRecipe(
            loss: loss,
            optimizer: try readOptimizer(),
            epochs: epochs,
            batchSize: rowsPerStep,
            shuffle: shuffle,
            seed: UInt64(seed),
            classWeights: try weights(classes, counts),
            earlyStopping: try earlyStopping.map {
                try $0.checkMonitor(of: loss)
                return NeuralNetwork.EarlyStopping(
                    monitor: $0.monitor,
                    patience: $0.patience,
                    minDelta: $0.minDelta,
                    restoreBestWeights: $0.restoreBestWeights
                )
            },
            standardizeTarget: standardizeTarget ? true : nil
        )
    }

    private var rowsPerStep: Int? {
        switch batchSize {
        case .rows(let count): count
        case .full: nil
        }
    }

    /// The loss with its options; throws ``ProjectError`` with the line.
    func readLoss() throws -> Loss {
        guard let standard = Loss(name: loss) else {
            let names = Loss.names + ["mse", "mae"]
            throw node.error(
                "unknown loss `\(loss)`",
                hints: [
                    NearestWord.find(loss, in: names).map { "did you mean `\($0)`?" }
                        ?? "the losses are: \(names.joined(separator: ", "))"
                ]
            )
        }
        guard let lossOptions else { return standard }
        var section = try lossOptions.section()
        var result = standard
        switch standard {
        case .huber:
            if let value = section.optional("delta") { result = .huber(delta: Float(try value.number(in: 1e-9...1e9))) }
        case .binaryCrossentropy:
            if let value = section.optional("from_logits") {
                result = .binaryCrossentropy(fromLogits: try value.boolean())
            }
        case .categoricalCrossentropy:
            if let value = section.optional("from_logits") {
                result = .categoricalCrossentropy(fromLogits: try value.boolean())
            }
        case .sparseCategoricalCrossentropy:
            if let value = section.optional("from_logits") {
                result = .sparseCategoricalCrossentropy(fromLogits: try value.boolean())
            }
        case .meanSquaredError, .meanAbsoluteError: break
        }
        try section.finish()
        return result
    }

    private func readOptimizer() throws -> Optimizer {
        guard let standard = Optimizer(name: optimizer) else {
            throw node.error(
                "unknown optimizer `\(optimizer)`",
                hints: [
                    NearestWord.find(optimizer, in: Optimizer.names).map { "did you mean `\($0)`?" }
                        ?? "the optimizers are: \(Optimizer.names.joined(separator: ", "))"
                ]
            )
        }
        guard let optimizerOptions else { return standard }
        var section = try optimizerOptions.section()
        func number(_ key: String, _ standard: Double, _ range: ClosedRange<Double>) throws -> Double {
            try section.optional(key)?.number(in: range) ?? standard
        }
        var result = standard
        switch standard {
        case .sgd(var sgd):
            sgd.learningRate = try number("learning_rate", sgd.learningRate, 0...1e6)
            sgd.momentum = try number("momentum", sgd.momentum, 0...0.999999)
            if let value = section.optional("nesterov") { sgd.nesterov = try value.boolean() }
            result = .sgd(sgd)
        case .adam(var adam):
            adam.learningRate = try number("learning_rate", adam.learningRate, 0...1e6)
            adam.beta1 = try number("beta_1", adam.beta1, 0...0.999999)
            adam.beta2 = try number("beta_2", adam.beta2, 0...0.99999999)
            adam.epsilon = try number("epsilon", adam.epsilon, 0...1)
            result = .adam(adam)
        }
        try section.finish()
        return result
    }

    private func weights(_ classes: [String]?, _ counts: [Int]) throws -> [Float]? {
        guard let classWeights else { return nil }
        guard let classes else { throw node.error("`class_weights` are for a classification") }
        switch classWeights {
        case .balanced:
            // As scikit-learn's "balanced": rows / (classes * rows of the class).
            let rows = counts.reduce(0, +)
            return counts.map { Float(Double(rows) / Double(classes.count * max(1, $0))) }
        case .perClass(let given):
            for name in given.keys.sorted() where !classes.contains(name) {
                throw node.error(
                    "`class_weights`: there is no class `\(name)`",
                    hints: ["the classes are: \(classes.prefix(20).joined(separator: ", "))"]
                )
            }
            return classes.map { Float(given[$0] ?? 1) }
        }
    }
}

extension TrainingSection.EarlyStopping {
    /// Throws ``ProjectError`` when no epoch has such a figure: the training would never stop early, and nobody know why.
    fileprivate func checkMonitor(of loss: Loss) throws {
        let names = ["loss", loss.metricName].flatMap { [$0, "val_\($0)"] }
        guard !names.contains(monitor) else { return }
        throw node.error(
            "`\(node.path).monitor`: expected one of \(names.joined(separator: ", ")), found `\(monitor)`",
            hints: NearestWord.find(monitor, in: names).map { ["did you mean `\($0)`?"] } ?? []
        )
    }
}
