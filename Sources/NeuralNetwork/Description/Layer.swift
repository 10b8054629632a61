/// One layer of a network, as plain data.
package enum Layer: Sendable, Equatable {
    case dense(Dense)
    case dropout(Dropout)
    case activation(ActivationLayer)
    case flatten

    /// The layer's name in JSON and recipes.
    package var type: String {
        switch self {
        case .dense: "dense"
        case .dropout: "dropout"
        case .activation: "activation"
        case .flatten: "flatten"
        }
    }

    /// The names that a recipe may use.
    package static let types = ["dense", "dropout", "activation", "flatten"]
}

/// `activation(inputs * kernel + bias)`; kernel `[inputs, units]`, bias `[units]`.
package struct Dense: Sendable, Equatable, Codable {
    package var units: Int
    package var activation: Activation
    package var useBias: Bool
    package var kernelInitializer: Initializer
    package var biasInitializer: Initializer

    package init(
        units: Int,
        activation: Activation = .linear,
        useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros
    ) {
        self.units = units
        self.activation = activation
        self.useBias = useBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
    }

    private enum CodingKeys: String, CodingKey {
        case units, activation, useBias, kernelInitializer, biasInitializer
    }

    package init(from decoder: any Decoder) throws {
        let options = try decoder.container(keyedBy: CodingKeys.self)
        self.init(units: try options.decode(Int.self, forKey: .units))
        activation = try options.decodeIfPresent(Activation.self, forKey: .activation) ?? activation
        useBias = try options.decodeIfPresent(Bool.self, forKey: .useBias) ?? useBias
        kernelInitializer =
            try options.decodeIfPresent(Initializer.self, forKey: .kernelInitializer) ?? kernelInitializer
        biasInitializer = try options.decodeIfPresent(Initializer.self, forKey: .biasInitializer) ?? biasInitializer
    }
}

/// While training, sets a share `rate` of the inputs to zero at random and scales the rest up by `1 / (1 - rate)`.
package struct Dropout: Sendable, Equatable, Codable {
    package var rate: Float

    package init(rate: Float) { self.rate = rate }
}

/// An activation as a layer of its own.
package struct ActivationLayer: Sendable, Equatable, Codable {
    package var activation: Activation

    package init(_ activation: Activation) { self.activation = activation }
}

/// A layer with its name, such as `dense_1`.
package struct NamedLayer: Sendable, Equatable {
    package var name: String
    package var layer: Layer
}

extension NamedLayer: Codable {
    private enum Key: String, CodingKey {
        case name, type
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "dense": layer = .dense(try Dense(from: decoder))
        case "dropout": layer = .dropout(try Dropout(from: decoder))
        case "activation": layer = .activation(try ActivationLayer(from: decoder))
        case "flatten": layer = .flatten
        default: throw DecodingError.unknownName(type, of: "layer", known: Layer.types, decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch layer {
        case .dense(let dense): try dense.encode(to: encoder)
        case .dropout(let dropout): try dropout.encode(to: encoder)
        case .activation(let activation): try activation.encode(to: encoder)
        case .flatten: break
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(layer.type, forKey: .type)
    }
}
