internal import Kernels
internal import Support

/// How gradients change parameters, with Keras's names and defaults.
package enum Optimizer: Sendable, Equatable {
    case sgd(SGD)
    case adam(Adam)

    /// The names that a recipe may use.
    package static let names = ["sgd", "adam"]

    /// The optimizer of that name with its default options; nil when there is none.
    package init?(name: String) {
        switch name {
        case "sgd": self = .sgd(SGD())
        case "adam": self = .adam(Adam())
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        }
    }
}

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

extension Optimizer: Codable {
    private enum Key: String, CodingKey { case type }

    package init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            guard let known = Optimizer(name: name) else {
                throw DecodingError.unknownName(name, of: "optimizer", known: Optimizer.names, decoder)
            }
            self = known
            return
        }
        let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
        switch type {
        case "sgd": self = .sgd(try SGD(from: decoder))
        case "adam": self = .adam(try Adam(from: decoder))
        default: throw DecodingError.unknownName(type, of: "optimizer", known: Optimizer.names, decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .sgd(let sgd): try sgd.encode(to: encoder)
        case .adam(let adam): try adam.encode(to: encoder)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .type)
    }
}

extension Optimizer {
    /// The names of the numbers that it remembers per parameter.
    package var slotNames: [String] {
        switch self {
        case .sgd(let sgd): sgd.momentum > 0 ? ["velocity"] : []
        case .adam: ["momentum", "velocity"]
        }
    }

    /// What it does in a step, counted from 1.
    func method(step: Int) -> UpdateMethod {
        switch self {
        case .sgd(let sgd):
            let rate = Float(sgd.learningRate)
            guard sgd.momentum > 0 else { return .descent(rate: rate) }
            return .momentum(rate: rate, momentum: Float(sgd.momentum), nesterov: sgd.nesterov)
        case .adam(let adam):
            let correction1 = 1 - RepeatableMath.power(adam.beta1, step)
            let correction2 = 1 - RepeatableMath.power(adam.beta2, step)
            let rate = adam.learningRate * correction2.squareRoot() / correction1
            return .adam(rate: Float(rate), beta1: adam.beta1, beta2: adam.beta2, epsilon: Float(adam.epsilon))
        }
    }
}
