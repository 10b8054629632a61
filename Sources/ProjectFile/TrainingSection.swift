/// How the network is trained.
package struct TrainingSection: Sendable {
    /// How many rows make a batch.
    package enum BatchSize: Sendable, Hashable {
        case rows(Int)
        /// All rows at once: gradient descent.
        case full
    }

    /// What counts how much.
    package enum ClassWeights: Sendable {
        /// Each class counts the same, however rare.
        case balanced
        case perClass([String: Double])
    }

    /// The weights that a training begins with.
    package struct Transfer: Sendable {
        /// `MODEL@VERSION`.
        package let from: String
        /// The layers whose weights stay as they are.
        package let freeze: [String]
        package let node: ProjectNode
    }

    /// When to stop before the last epoch.
    package struct EarlyStopping: Sendable {
        package let monitor: String
        package let patience: Int
        package let minDelta: Double
        package let restoreBestWeights: Bool
        package let node: ProjectNode
    }

    package let loss: String
    package let lossOptions: ProjectNode?
    package let optimizer: String
    package let optimizerOptions: ProjectNode?
    /// How the learning rate changes; `nil` for not at all.
    package let schedule: ProjectNode?
    /// What is changed about the pictures that are learned from; `nil` for nothing.
    package let augmentation: ProjectNode?
    /// `nil` for random weights.
    package let transfer: Transfer?
    package let epochs: Int
    package let batchSize: BatchSize
    package let seed: Int
    package let shuffle: Bool
    package let classWeights: ClassWeights?
    package let earlyStopping: EarlyStopping?
    /// Whether numbers are learned in units of their standard deviation.
    package let standardizeTarget: Bool
    package let node: ProjectNode

    /// Without a usual loss, one must be named.
    init(_ node: ProjectNode, usualLoss: String? = nil) throws(ProjectError) {
        self.node = node
        var section = try node.section()
        if let usualLoss {
            (loss, lossOptions) = try section.optional("loss")?.wordWithOptions() ?? (usualLoss, nil)
        } else {
            (loss, lossOptions) = try section.required("loss").wordWithOptions()
        }
        (optimizer, optimizerOptions) = try section.optional("optimizer")?.wordWithOptions() ?? ("adam", nil)
        schedule = section.optional("schedule")
        augmentation = section.optional("augmentation")
        transfer = try TrainingSection.transfer(section.optional("transfer"))
        epochs = try section.optional("epochs")?.integer(in: 1...1_000_000) ?? 10
        batchSize = try TrainingSection.batchSize(section.optional("batch_size"))
        seed = try section.optional("seed")?.integer(in: 0...Int.max) ?? 42
        shuffle = try section.optional("shuffle")?.boolean() ?? true
        classWeights = try TrainingSection.classWeights(section.optional("class_weights"))
        earlyStopping = try TrainingSection.earlyStopping(section.optional("early_stopping"))
        standardizeTarget = try section.optional("standardize_target")?.boolean() ?? false
        try section.finish()
    }

    private static func batchSize(_ node: ProjectNode?) throws(ProjectError) -> BatchSize {
        guard let node else { return .rows(32) }
        if case .scalar("full") = node.content { return .full }
        return .rows(try node.integer(in: 1...100_000_000))
    }

    private static func classWeights(_ node: ProjectNode?) throws(ProjectError) -> ClassWeights? {
        guard let node else { return nil }
        if case .scalar("balanced") = node.content { return .balanced }
        var section = try node.section()
        var weights: [String: Double] = [:]
        for (name, value) in section.all() { weights[name] = try value.number(in: 0...1e9) }
        return .perClass(weights)
    }

    private static func transfer(_ node: ProjectNode?) throws(ProjectError) -> Transfer? {
        guard let node else { return nil }
        var section = try node.section()
        let transfer = Transfer(
            from: try section.required("from").string(),
            freeze: try section.optional("freeze")?.strings() ?? [],
            node: node
        )
        try section.finish()
        return transfer
    }

    private static func earlyStopping(_ node: ProjectNode?) throws(ProjectError) -> EarlyStopping? {
        guard let node else { return nil }
        var section = try node.section()
        let stopping = EarlyStopping(
            monitor: try section.optional("monitor")?.string() ?? "val_loss",
            patience: try section.optional("patience")?.integer(in: 0...1_000_000) ?? 0,
            minDelta: try section.optional("min_delta")?.number(in: 0...1e9) ?? 0,
            restoreBestWeights: try section.optional("restore_best_weights")?.boolean() ?? false,
            node: node
        )
        try section.finish()
        return stopping
    }
}
