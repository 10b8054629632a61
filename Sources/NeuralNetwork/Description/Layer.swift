/// One layer of a network, as plain data.
package enum Layer: Sendable, Equatable {
    case dense(Dense)
    case dropout(Dropout)
    case activation(ActivationLayer)
    case flatten
    case reshape(Reshape)
    case zeroPadding2D(ZeroPadding2D)
    case conv1D(Conv1D)
    case conv2D(Conv2D)
    case depthwiseConv2D(DepthwiseConv2D)
    case pooling1D(Pooling1D)
    case pooling2D(Pooling2D)
    case globalPooling(GlobalPooling)
    case batchNormalization(BatchNormalization)
    case layerNormalization(LayerNormalization)
    case recurrent(Recurrent)
    case bidirectional(Bidirectional)
    case embedding(Embedding)
    indirect case residual(Residual)

    /// What the kind of layer knows about itself.
    var definition: any LayerDefinition {
        switch self {
        case .dense(let layer): layer
        case .dropout(let layer): layer
        case .activation(let layer): layer
        case .flatten: Flatten()
        case .reshape(let layer): layer
        case .zeroPadding2D(let layer): layer
        case .conv1D(let layer): layer
        case .conv2D(let layer): layer
        case .depthwiseConv2D(let layer): layer
        case .pooling1D(let layer): layer
        case .pooling2D(let layer): layer
        case .globalPooling(let layer): layer
        case .batchNormalization(let layer): layer
        case .layerNormalization(let layer): layer
        case .recurrent(let layer): layer
        case .bidirectional(let layer): layer
        case .embedding(let layer): layer
        case .residual(let layer): layer
        }
    }

    /// The layer's name in JSON and recipes.
    package var type: String { definition.type }

    /// The names that a recipe may use.
    package static let types = [
        "activation", "average_pooling1d", "average_pooling2d", "batch_normalization", "bidirectional", "conv1d",
        "conv2d", "dense", "depthwise_conv2d", "dropout", "embedding", "flatten", "global_average_pooling1d",
        "global_average_pooling2d", "global_max_pooling1d", "global_max_pooling2d", "gru", "layer_normalization",
        "lstm", "max_pooling1d", "max_pooling2d", "reshape", "residual", "simple_rnn", "zero_padding2d",
    ]

    /// The layer of that name with the options that stand beside it.
    fileprivate init(type: String, from decoder: any Decoder) throws {
        switch type {
        case "dense": self = .dense(try Dense(from: decoder))
        case "dropout": self = .dropout(try Dropout(from: decoder))
        case "activation": self = .activation(try ActivationLayer(from: decoder))
        case "flatten": self = .flatten
        case "reshape": self = .reshape(try Reshape(from: decoder))
        case "zero_padding2d": self = .zeroPadding2D(try ZeroPadding2D(from: decoder))
        case "conv1d": self = .conv1D(try Conv1D(from: decoder))
        case "conv2d": self = .conv2D(try Conv2D(from: decoder))
        case "depthwise_conv2d": self = .depthwiseConv2D(try DepthwiseConv2D(from: decoder))
        case "max_pooling1d", "average_pooling1d":
            var layer = try Pooling1D(from: decoder)
            layer.kind = type.hasPrefix("max") ? .max : .average
            self = .pooling1D(layer)
        case "max_pooling2d", "average_pooling2d":
            var layer = try Pooling2D(from: decoder)
            layer.kind = type.hasPrefix("max") ? .max : .average
            self = .pooling2D(layer)
        case "global_max_pooling1d": self = .globalPooling(GlobalPooling(.max, axes: 1))
        case "global_max_pooling2d": self = .globalPooling(GlobalPooling(.max, axes: 2))
        case "global_average_pooling1d": self = .globalPooling(GlobalPooling(.average, axes: 1))
        case "global_average_pooling2d": self = .globalPooling(GlobalPooling(.average, axes: 2))
        case "batch_normalization": self = .batchNormalization(try BatchNormalization(from: decoder))
        case "layer_normalization": self = .layerNormalization(try LayerNormalization(from: decoder))
        case "simple_rnn", "lstm", "gru":
            var layer = try Recurrent(from: decoder)
            layer.kind = RecurrentKind(rawValue: type) ?? layer.kind
            self = .recurrent(layer)
        case "bidirectional": self = .bidirectional(try Bidirectional(from: decoder))
        case "embedding": self = .embedding(try Embedding(from: decoder))
        case "residual": self = .residual(try Residual(from: decoder))
        default: throw DecodingError.unknownName(type, of: "layer", known: Layer.types, decoder)
        }
    }
}

/// A layer with its name, such as `dense_1`.
package struct NamedLayer: Sendable, Equatable {
    package var name: String
    package var layer: Layer

    /// Layers named as Keras names them.
    ///
    /// The first of a kind has its name, such as `dense`, the next ones `dense_1`, `dense_2` and so on.
    static func naming(_ layers: [Layer]) -> [NamedLayer] {
        var counts: [String: Int] = [:]
        return layers.map { layer in
            let number = counts[layer.type, default: 0]
            counts[layer.type] = number + 1
            return NamedLayer(name: number == 0 ? layer.type : "\(layer.type)_\(number)", layer: layer)
        }
    }
}

extension NamedLayer: Codable {
    private enum Key: String, CodingKey {
        case name, type
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        layer = try Layer(type: container.decode(String.self, forKey: .type), from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try layer.definition.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(layer.type, forKey: .type)
    }
}
