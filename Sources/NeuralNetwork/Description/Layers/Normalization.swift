/// Brings each channel, the last axis, to a mean of 0 and a variance of 1, and scales it as training finds best.
///
/// While training by mean and variance of the batch; later by averages of these, `average * momentum + batch * (1 -
/// momentum)`. PyTorch's `momentum` is one minus this one, and its moving variance counts with n - 1.
package struct BatchNormalization: Sendable, Equatable, Codable {
    package var momentum: Float
    package var epsilon: Float
    /// Whether there is a `beta`.
    package var center: Bool
    /// Whether there is a `gamma`.
    package var scale: Bool

    package init(momentum: Float = 0.99, epsilon: Float = 0.001, center: Bool = true, scale: Bool = true) {
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
    }
}

extension BatchNormalization: LayerDefinition {
    var type: String { "batch_normalization" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard momentum >= 0, momentum < 1 else {
            throw LayerMismatch("a momentum of at least 0 and below 1", "\(momentum)")
        }
        guard epsilon > 0, epsilon.isFinite else { throw LayerMismatch("an epsilon above 0", "\(epsilon)") }
        return input
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        let shape = [input[input.count - 1]]
        func weight(_ name: String, _ initializer: Initializer, isTrainable: Bool = true) -> WeightDescription {
            WeightDescription(name: name, shape: shape, initializer: initializer, isTrainable: isTrainable)
        }
        return (scale ? [weight("gamma", .ones)] : []) + (center ? [weight("beta", .zeros)] : []) + [
            weight("moving_mean", .zeros, isTrainable: false),
            weight("moving_variance", .ones, isTrainable: false),
        ]
    }

    func operations(of input: [Int]) -> Int { 4 * input.reduce(1, *) }
}

/// Brings the values of the last axis to a mean of 0 and a variance of 1, row by row and place by place, and scales them.
package struct LayerNormalization: Sendable, Equatable, Codable {
    package var epsilon: Float
    package var center: Bool
    package var scale: Bool

    package init(epsilon: Float = 0.001, center: Bool = true, scale: Bool = true) {
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
    }
}

extension LayerNormalization: LayerDefinition {
    var type: String { "layer_normalization" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard epsilon > 0, epsilon.isFinite else { throw LayerMismatch("an epsilon above 0", "\(epsilon)") }
        return input
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        let shape = [input[input.count - 1]]
        return (scale ? [WeightDescription(name: "gamma", shape: shape, initializer: .ones)] : [])
            + (center ? [WeightDescription(name: "beta", shape: shape, initializer: .zeros)] : [])
    }

    func operations(of input: [Int]) -> Int { 8 * input.reduce(1, *) }
}
