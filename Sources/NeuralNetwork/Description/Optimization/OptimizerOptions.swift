/// Gradient descent, with momentum when it is above zero.
package struct SGD: Sendable, Equatable, Codable {
    package var learningRate: Double
    package var momentum: Double
    package var nesterov: Bool

    package init(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
    }
}

/// Adam (Kingma and Ba, 2014).
///
/// Epsilon is Keras's 1e-7; PyTorch's default is 1e-8.
package struct Adam: Sendable, Equatable, Codable {
    package var learningRate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double

    package init(learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }
}

/// Adam with a decay of the weights that does not pass through its moments (Loshchilov and Hutter, 2017).
///
/// Each step takes `learning rate * weight decay` of every trainable parameter from it, biases too, as Keras and PyTorch
/// do. The weight decay is Keras's 0.004; PyTorch's default is 0.01.
package struct AdamW: Sendable, Equatable, Codable {
    package var learningRate: Double
    package var weightDecay: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double

    package init(
        learningRate: Double = 0.001,
        weightDecay: Double = 0.004,
        beta1: Double = 0.9,
        beta2: Double = 0.999,
        epsilon: Double = 1e-7
    ) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }
}

/// RMSprop (Tieleman and Hinton, 2012), with momentum when it is above zero.
///
/// Keras takes the root of `v + epsilon`, with 1e-7; PyTorch adds its 1e-8 to the root, and calls rho, here 0.9, alpha 0.99.
package struct RMSprop: Sendable, Equatable, Codable {
    package var learningRate: Double
    package var rho: Double
    package var momentum: Double
    package var epsilon: Double
    /// Whether gradients are divided by their deviation instead of their size.
    package var centered: Bool

    package init(
        learningRate: Double = 0.001,
        rho: Double = 0.9,
        momentum: Double = 0,
        epsilon: Double = 1e-7,
        centered: Bool = false
    ) {
        self.learningRate = learningRate
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
    }
}
