/// A function applied to a layer's outputs, with Keras's names and defaults.
///
/// In JSON a plain name, or an object `{"type": "leaky_relu", "negative_slope": 0.1}` where an option is not the default.
package enum Activation: Sendable, Equatable {
    case linear
    case relu
    case sigmoid
    case tanh
    /// `e^x` over the sum of all units' `e^x`.
    case softmax
    /// `x` above zero, otherwise `negativeSlope * x`.
    case leakyReLU(negativeSlope: Float = 0.2)
    /// `x` above zero, otherwise `alpha * (e^x - 1)`.
    case elu(alpha: Float = 1)
    /// `x` times the normal distribution function of `x`, exactly or by a formula with tanh.
    case gelu(approximate: Bool = false)
    /// `log(1 + e^x)`.
    case softplus

    /// The names that a recipe may use.
    package static let names = [
        "linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu", "elu", "gelu", "softplus",
    ]

    /// The activation of that name with its default options; nil when there is none.
    package init?(name: String) {
        switch name {
        case "linear": self = .linear
        case "relu": self = .relu
        case "sigmoid": self = .sigmoid
        case "tanh": self = .tanh
        case "softmax": self = .softmax
        case "leaky_relu": self = .leakyReLU()
        case "elu": self = .elu()
        case "gelu": self = .gelu()
        case "softplus": self = .softplus
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .linear: "linear"
        case .relu: "relu"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .softmax: "softmax"
        case .leakyReLU: "leaky_relu"
        case .elu: "elu"
        case .gelu: "gelu"
        case .softplus: "softplus"
        }
    }
}

extension Activation: Codable {
    private enum Key: String, CodingKey {
        case type, negativeSlope, alpha, approximate
    }

    package init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = try Activation.named(name, decoder)
            return
        }
        let options = try decoder.container(keyedBy: Key.self)
        switch try Activation.named(options.decode(String.self, forKey: .type), decoder) {
        case .leakyReLU(let standard):
            self = .leakyReLU(
                negativeSlope: try options.decodeIfPresent(Float.self, forKey: .negativeSlope) ?? standard
            )
        case .elu(let standard):
            self = .elu(alpha: try options.decodeIfPresent(Float.self, forKey: .alpha) ?? standard)
        case .gelu(let standard):
            self = .gelu(approximate: try options.decodeIfPresent(Bool.self, forKey: .approximate) ?? standard)
        case let other: self = other
        }
    }

    private static func named(_ name: String, _ decoder: any Decoder) throws -> Activation {
        guard let known = Activation(name: name) else {
            throw DecodingError.unknownName(name, of: "activation", known: names, decoder)
        }
        return known
    }

    package func encode(to encoder: any Encoder) throws {
        if self == Activation(name: name) {
            var container = encoder.singleValueContainer()
            return try container.encode(name)
        }
        var options = encoder.container(keyedBy: Key.self)
        try options.encode(name, forKey: .type)
        switch self {
        case .leakyReLU(let slope): try options.encode(slope, forKey: .negativeSlope)
        case .elu(let alpha): try options.encode(alpha, forKey: .alpha)
        case .gelu(let approximate): try options.encode(approximate, forKey: .approximate)
        default: break
        }
    }
}

extension DecodingError {
    /// A name that is none of the known ones.
    static func unknownName(_ name: String, of thing: String, known: [String], _ decoder: any Decoder) -> DecodingError
    {
        .dataCorrupted(
            Context(
                codingPath: decoder.codingPath,
                debugDescription: "`\(name)` is no \(thing); expected one of \(known.joined(separator: ", "))"
            )
        )
    }
}
