internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension TrainingSection {
    /// The recipe that the project file means; throws ``ProjectError`` with the line.
    ///
    /// `classes` are the names that class weights may use, and `counts` how often each occurs in the training rows.
    func recipe(classes: [String]?, counts: [Int]) throws -> TrainingRecipe {
        let loss = try readLoss()
        let (optimizer, clipping) = try readOptimizer()
        return TrainingRecipe(
            loss: loss,
            optimizer: optimizer,
            schedule: try readSchedule(monitors: loss.monitors),
            clipping: clipping,
            augmentation: try readAugmentation(),
            frozen: transfer.flatMap { $0.freeze.isEmpty ? nil : $0.freeze },
            epochs: epochs,
            batchSize: rowsPerStep,
            shuffle: shuffle,
            seed: UInt64(seed),
            classWeights: try weights(classes, counts),
            earlyStopping: try earlyStopping.map {
                try $0.node.checkMonitor($0.monitor, among: loss.monitors)
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

    private func weights(_ classes: [String]?, _ counts: [Int]) throws -> [Float]? {
        guard let classWeights else { return nil }
        guard let classes else { throw node.error("`class_weights` are for a classification") }
        switch classWeights {
        case .balanced:
            return .balancing(counts)
        case .perClass(let given):
            for name in given.keys.sorted() where !classes.contains(name) {
                throw node.error(
                    "`class_weights`: there is no class `\(name)`",
                    hints: ["the classes are: \(classes.prefix(20).joined(separator: ", "))"]
                )
            }
            let weights = classes.map { Float(given[$0] ?? 1) }
            guard weights.contains(where: { $0 > 0 }) else {
                throw node.error("`class_weights`: expected a class that counts, found 0 for all of them")
            }
            return weights
        }
    }
}

extension Loss {
    /// The figures that each epoch has.
    fileprivate var monitors: [String] { ["loss", metricName].flatMap { [$0, "val_\($0)"] } }
}

extension [Float] {
    /// The weights by which classes of so many rows count the same: rows / (classes * rows of the class), as scikit-learn's
    /// "balanced".
    static func balancing(_ counts: [Int]) -> [Float] {
        let rows = counts.reduce(0, +)
        return counts.map { Float(Double(rows) / Double(counts.count * Swift.max(1, $0))) }
    }
}

extension ProjectNode {
    /// Throws ``ProjectError`` when no epoch has such a figure: what waits for it would wait for ever, and nobody know why.
    func checkMonitor(_ monitor: String, among names: [String]) throws {
        guard !names.contains(monitor) else { return }
        throw error(
            "`\(path).monitor`: expected one of \(names.joined(separator: ", ")), found `\(monitor)`",
            hints: NearestWord.find(monitor, in: names).map { ["did you mean `\($0)`?"] } ?? []
        )
    }
}
