/// How gradients change parameters, with Keras's names and defaults.
package enum Optimizer: Sendable, Equatable {
    case sgd(SGD)
    case adam(Adam)
    case adamw(AdamW)
    case rmsprop(RMSprop)

    /// The names that a recipe may use.
    package static let names = ["sgd", "adam", "adamw", "rmsprop"]

    /// The optimizer of that name with its default options; nil when there is none.
    package init?(name: String) {
        switch name {
        case "sgd": self = .sgd(SGD())
        case "adam": self = .adam(Adam())
        case "adamw": self = .adamw(AdamW())
        case "rmsprop": self = .rmsprop(RMSprop())
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamw: "adamw"
        case .rmsprop: "rmsprop"
        }
    }

    /// The learning rate, before a schedule.
    package var learningRate: Double {
        switch self {
        case .sgd(let sgd): sgd.learningRate
        case .adam(let adam): adam.learningRate
        case .adamw(let adamw): adamw.learningRate
        case .rmsprop(let rmsprop): rmsprop.learningRate
        }
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
        case "adamw": self = .adamw(try AdamW(from: decoder))
        case "rmsprop": self = .rmsprop(try RMSprop(from: decoder))
        default: throw DecodingError.unknownName(type, of: "optimizer", known: Optimizer.names, decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .sgd(let sgd): try sgd.encode(to: encoder)
        case .adam(let adam): try adam.encode(to: encoder)
        case .adamw(let adamw): try adamw.encode(to: encoder)
        case .rmsprop(let rmsprop): try rmsprop.encode(to: encoder)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .type)
    }
}
