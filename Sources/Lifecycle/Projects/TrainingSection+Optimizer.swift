internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension TrainingSection {
    /// The optimizer and what bounds its gradients; throws ``ProjectError`` with the line.
    func readOptimizer() throws -> (Optimizer, GradientClipping?) {
        guard let standard = Optimizer(name: optimizer) else {
            throw node.unknown("optimizer", optimizer, among: Optimizer.names)
        }
        guard let optimizerOptions else { return (standard, nil) }
        var section = try optimizerOptions.section()
        let chosen = try standard.reading(&section)
        let clipping = try TrainingSection.clipping(&section)
        if standard.name != "adamw", section.has("weight_decay") {
            throw optimizerOptions.error(
                "`weight_decay` is an option of adamw",
                hints: ["with \(optimizer), penalize large weights in the layers: kernel_regularizer: {l2: 0.001}"]
            )
        }
        try section.finish()
        return (chosen, clipping)
    }

    private static func clipping(_ section: inout ProjectSection) throws -> GradientClipping? {
        let rules: [(String, (Double) -> GradientClipping)] = [
            ("clipnorm", { .norm(limit: $0) }), ("global_clipnorm", { .globalNorm(limit: $0) }),
            ("clipvalue", { .value(limit: $0) }),
        ]
        var found: GradientClipping?
        for (key, rule) in rules {
            guard let node = section.optional(key) else { continue }
            guard found == nil else {
                throw node.error("`\(node.path)`: expected one of clipnorm, global_clipnorm and clipvalue, found two")
            }
            found = rule(try node.number(in: 1e-30...1e30))
        }
        return found
    }
}

extension Optimizer {
    /// The same with the options of a section.
    fileprivate func reading(_ section: inout ProjectSection) throws -> Optimizer {
        func number(_ key: String, _ standard: Double, _ range: ClosedRange<Double>) throws -> Double {
            try section.optional(key)?.number(in: range) ?? standard
        }
        let (rates, shares, epsilons) = (0...1e6, 0...0.99999999, 1e-30...1.0)
        switch self {
        case .sgd(var sgd):
            sgd.learningRate = try number("learning_rate", sgd.learningRate, rates)
            sgd.momentum = try number("momentum", sgd.momentum, 0...0.999999)
            if let value = section.optional("nesterov") { sgd.nesterov = try value.boolean() }
            return .sgd(sgd)
        case .adam(var adam):
            adam.learningRate = try number("learning_rate", adam.learningRate, rates)
            adam.beta1 = try number("beta_1", adam.beta1, 0...0.999999)
            adam.beta2 = try number("beta_2", adam.beta2, shares)
            adam.epsilon = try number("epsilon", adam.epsilon, epsilons)
            return .adam(adam)
        case .adamw(var adamw):
            adamw.learningRate = try number("learning_rate", adamw.learningRate, rates)
            adamw.weightDecay = try number("weight_decay", adamw.weightDecay, rates)
            adamw.beta1 = try number("beta_1", adamw.beta1, 0...0.999999)
            adamw.beta2 = try number("beta_2", adamw.beta2, shares)
            adamw.epsilon = try number("epsilon", adamw.epsilon, epsilons)
            return .adamw(adamw)
        case .rmsprop(var rmsprop):
            rmsprop.learningRate = try number("learning_rate", rmsprop.learningRate, rates)
            rmsprop.rho = try number("rho", rmsprop.rho, shares)
            rmsprop.momentum = try number("momentum", rmsprop.momentum, 0...0.999999)
            rmsprop.epsilon = try number("epsilon", rmsprop.epsilon, epsilons)
            if let value = section.optional("centered") { rmsprop.centered = try value.boolean() }
            return .rmsprop(rmsprop)
        }
    }
}

extension ProjectNode {
    /// The error for a name that there is not, with the nearest one that there is.
    func unknown(_ what: String, _ name: String, among names: [String]) -> ProjectError {
        error(
            "unknown \(what) `\(name)`",
            hints: [
                NearestWord.find(name, in: names).map { "did you mean `\($0)`?" }
                    ?? "there are: \(names.joined(separator: ", "))"
            ]
        )
    }
}
