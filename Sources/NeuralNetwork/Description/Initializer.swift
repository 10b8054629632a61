/// How a layer's parameters start, with Keras's names and defaults.
///
/// In JSON a plain name, or an object such as `{"type": "random_normal", "stddev": 0.1}`.
package enum Initializer: Sendable, Equatable {
    case zeros
    case ones
    case constant(value: Float)
    case randomNormal(mean: Float = 0, stddev: Float = 0.05)
    case randomUniform(minval: Float = -0.05, maxval: Float = 0.05)
    /// As normal, but numbers more than two deviations from the mean are drawn again.
    case truncatedNormal(mean: Float = 0, stddev: Float = 0.05)
    /// Glorot and Bengio, 2010.
    case glorotUniform
    case glorotNormal
    /// He et al., 2015.
    case heUniform
    case heNormal
    /// LeCun et al., 1998.
    case lecunUniform
    case lecunNormal
    /// A matrix with rows or columns at right angles (Saxe et al., 2013).
    case orthogonal(gain: Float = 1)

    /// The names that a recipe may use.
    package static let names = [
        "zeros", "ones", "constant", "random_normal", "random_uniform", "truncated_normal", "glorot_uniform",
        "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "orthogonal",
    ]

    /// The initializer of that name with its default options; nil when there is none.
    package init?(name: String) {
        switch name {
        case "zeros": self = .zeros
        case "ones": self = .ones
        case "constant": self = .constant(value: 0)
        case "random_normal": self = .randomNormal()
        case "random_uniform": self = .randomUniform()
        case "truncated_normal": self = .truncatedNormal()
        case "glorot_uniform": self = .glorotUniform
        case "glorot_normal": self = .glorotNormal
        case "he_uniform": self = .heUniform
        case "he_normal": self = .heNormal
        case "lecun_uniform": self = .lecunUniform
        case "lecun_normal": self = .lecunNormal
        case "orthogonal": self = .orthogonal()
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .zeros: "zeros"
        case .ones: "ones"
        case .constant: "constant"
        case .randomNormal: "random_normal"
        case .randomUniform: "random_uniform"
        case .truncatedNormal: "truncated_normal"
        case .glorotUniform: "glorot_uniform"
        case .glorotNormal: "glorot_normal"
        case .heUniform: "he_uniform"
        case .heNormal: "he_normal"
        case .lecunUniform: "lecun_uniform"
        case .lecunNormal: "lecun_normal"
        case .orthogonal: "orthogonal"
        }
    }
}

extension Initializer: Codable {
    private enum Key: String, CodingKey {
        case type, value, mean, stddev, minval, maxval, gain
    }

    package init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = try Initializer.named(name, decoder)
            return
        }
        let options = try decoder.container(keyedBy: Key.self)
        func option(_ key: Key, _ standard: Float) throws -> Float {
            try options.decodeIfPresent(Float.self, forKey: key) ?? standard
        }
        switch try Initializer.named(options.decode(String.self, forKey: .type), decoder) {
        case .constant(let value): self = .constant(value: try option(.value, value))
        case .randomNormal(let mean, let stddev):
            self = .randomNormal(mean: try option(.mean, mean), stddev: try option(.stddev, stddev))
        case .truncatedNormal(let mean, let stddev):
            self = .truncatedNormal(mean: try option(.mean, mean), stddev: try option(.stddev, stddev))
        case .randomUniform(let low, let high):
            self = .randomUniform(minval: try option(.minval, low), maxval: try option(.maxval, high))
        case .orthogonal(let gain): self = .orthogonal(gain: try option(.gain, gain))
        case let other: self = other
        }
    }

    private static func named(_ name: String, _ decoder: any Decoder) throws -> Initializer {
        guard let known = Initializer(name: name) else {
            throw DecodingError.unknownName(name, of: "initializer", known: names, decoder)
        }
        return known
    }

    package func encode(to encoder: any Encoder) throws {
        if self == Initializer(name: name) {
            var container = encoder.singleValueContainer()
            return try container.encode(name)
        }
        var options = encoder.container(keyedBy: Key.self)
        try options.encode(name, forKey: .type)
        switch self {
        case .constant(let value): try options.encode(value, forKey: .value)
        case .randomNormal(let mean, let stddev), .truncatedNormal(let mean, let stddev):
            try options.encode(mean, forKey: .mean)
            try options.encode(stddev, forKey: .stddev)
        case .randomUniform(let low, let high):
            try options.encode(low, forKey: .minval)
            try options.encode(high, forKey: .maxval)
        case .orthogonal(let gain): try options.encode(gain, forKey: .gain)
        default: break
        }
    }
}
