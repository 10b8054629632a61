internal import Support

/// What `mlops.yaml` says.
package struct Project: Sendable {
    /// The kind of question that the model answers.
    package enum Task: String, Sendable, CaseIterable { case classification, regression, anomaly }

    /// The file that it was read from.
    package let file: String
    package let model: String?
    package let store: String?
    package let task: Task?
    package let data: DataSection?
    package let features: [FeatureRule]
    /// The layers, in order.
    package let network: [LayerNode]
    package let training: TrainingSection?
    /// The program that trains a model of another framework, instead of `network` and `training`.
    package let trainer: CommandSection?
    /// The program that puts rows to such a model.
    package let predictor: CommandSection?
    /// How probabilities become a class; `nil` for the most probable one.
    package let decision: DecisionSection?
    package let gates: [GateRule]
    /// The environments that the file proposes; `nil` when it says nothing about them.
    package let environments: [EnvironmentSection]?
    package let overrides: [Override]

    /// Reads the file at `path`, called `shown` in messages, with `overrides` applied.
    ///
    /// Throws ``ProjectError`` for anything that cannot be meant: line, what was expected, what was found, a hint.
    package static func read(_ path: String, shownAs shown: String, overrides: [Override] = []) throws -> Project {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileSystem.read(path, limit: 1 << 24)
        } catch  where error.kind == .notFound {
            throw ProjectError(
                file: shown,
                line: nil,
                "there is no project file here",
                hints: ["create one with: mlops init", "or change into the project's directory"]
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProjectError(file: shown, line: nil, "the file is not UTF-8")
        }
        return try parse(text, file: shown, overrides: overrides)
    }

    /// Reads the text of a project file.
    package static func parse(_ text: String, file: String, overrides: [Override] = []) throws -> Project {
        var root = try YAML.parse(text, file: file)
        for override in overrides { root = try root.setting(override) }
        return try Project(root, overrides: overrides)
    }

    private init(_ root: ProjectNode, overrides: [Override]) throws(ProjectError) {
        var section = try root.section()
        file = root.file
        self.overrides = overrides
        model = try section.optional("model")?.string()
        store = try section.optional("store")?.string()
        task = try section.optional("task")?.word(of: Task.allCases.map(\.rawValue)).asTask
        let isAnomaly = task == .anomaly
        data = try section.optional("data").map { (node) throws(ProjectError) in
            try DataSection(node, isAnomaly: isAnomaly)
        }
        features = try FeatureRule.list(section.optional("features"))
        network = try LayerNode.list(section.optional("network"))
        training = try section.optional("training").map { (node) throws(ProjectError) in
            try TrainingSection(node, usualLoss: isAnomaly ? "mse" : nil)
        }
        trainer = try section.optional("trainer").map { (node) throws(ProjectError) in
            try CommandSection(node, hasTolerance: false)
        }
        predictor = try section.optional("predictor").map { (node) throws(ProjectError) in
            try CommandSection(node, hasTolerance: true)
        }
        if let trainer, !network.isEmpty || training != nil {
            throw trainer.node.error("a model is trained by `trainer`, or by `network` and `training`, not by both")
        }
        decision = try section.optional("decision").map { (node) throws(ProjectError) in try DecisionSection(node) }
        gates = try GateRule.list(section.optional("gates"))
        environments = try section.optional("environments").map { (node) throws(ProjectError) in
            try EnvironmentSection.list(node)
        }
        try section.finish()
        if let environment = environments?.first(where: { $0.name == model }) {
            throw environment.node.error(
                "`\(environment.name)` is the name of the model, and cannot be that of an environment as well"
            )
        }
    }
}

extension String {
    fileprivate var asTask: Project.Task? { Project.Task(rawValue: self) }
}
