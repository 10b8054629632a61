internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension LayerNode {
    /// The layer that the project file means; throws ``ProjectError`` with its line.
    func layer() throws -> Layer {
        switch name {
        case "flatten":
            try refuseOptions()
            return .flatten
        case "dropout":
            return .dropout(Dropout(rate: Float(try single("rate").number(in: 0...0.999))))
        case "activation": return .activation(ActivationLayer(try Activation(reading: single("activation"))))
        case "dense": return .dense(try dense())
        case "reshape": return .reshape(try reshape())
        case "zero_padding2d": return .zeroPadding2D(try zeroPadding())
        case "conv1d": return .conv1D(try conv1D())
        case "conv2d": return .conv2D(try conv2D())
        case "depthwise_conv2d": return .depthwiseConv2D(try depthwiseConv2D())
        case "max_pooling1d": return .pooling1D(try pooling1D(.max))
        case "average_pooling1d": return .pooling1D(try pooling1D(.average))
        case "max_pooling2d": return .pooling2D(try pooling2D(.max))
        case "average_pooling2d": return .pooling2D(try pooling2D(.average))
        case "global_max_pooling1d": return try global(.max, axes: 1)
        case "global_max_pooling2d": return try global(.max, axes: 2)
        case "global_average_pooling1d": return try global(.average, axes: 1)
        case "global_average_pooling2d": return try global(.average, axes: 2)
        case "batch_normalization": return .batchNormalization(try batchNormalization())
        case "layer_normalization": return .layerNormalization(try layerNormalization())
        case "simple_rnn", "lstm", "gru": return .recurrent(try recurrent())
        case "bidirectional": return .bidirectional(try bidirectional())
        case "embedding": return .embedding(try embedding())
        case "residual": return .residual(try residual())
        default:
            let nearest = NearestWord.find(name, in: Layer.types)
            throw node.error(
                "unknown layer `\(name)`",
                hints: [
                    nearest.map { "did you mean `\($0)`?" } ?? "the layers are: \(Layer.types.joined(separator: ", "))"
                ]
            )
        }
    }

    /// The one option of a layer, written as `dropout: 0.2` or `dropout: {rate: 0.2}`.
    private func single(_ key: String) throws -> ProjectNode {
        guard let options else { throw node.error("`\(name)` needs the option `\(key)`") }
        guard case .mapping = options.content else { return options }
        var section = try options.section()
        // A group without the key may be the value itself, such as an activation with options.
        guard let value = section.optional(key) else {
            if key == "activation" { return options }
            try section.finish()
            throw node.error("`\(name)` needs the option `\(key)`")
        }
        try section.finish()
        return value
    }

    private func refuseOptions() throws {
        if let options { throw options.error("`\(name)` has no options") }
    }

    private func global(_ kind: PoolingKind, axes: Int) throws -> Layer {
        try refuseOptions()
        return .globalPooling(GlobalPooling(kind, axes: axes))
    }

    private func dense() throws -> Dense {
        var options = try LayerOptions(self, short: "units")
        var dense = Dense(units: try options.required("units").count())
        dense.activation = try options.activation() ?? dense.activation
        dense.useBias = try options.boolean("use_bias") ?? dense.useBias
        dense.kernelInitializer = try options.initializer("kernel_initializer") ?? dense.kernelInitializer
        dense.biasInitializer = try options.initializer("bias_initializer") ?? dense.biasInitializer
        dense.kernelRegularizer = try options.regularizer("kernel_regularizer")
        dense.biasRegularizer = try options.regularizer("bias_regularizer")
        try options.finish()
        return dense
    }

    private func reshape() throws -> Reshape {
        var options = try LayerOptions(self, short: "target_shape")
        let shape = try options.required("target_shape").list().map { try $0.integer(in: -1...134_217_728) }
        try options.finish()
        return Reshape(shape)
    }

    private func embedding() throws -> Embedding {
        var options = try LayerOptions(self)
        var embedding = Embedding(
            inputDim: try options.required("input_dim").count(),
            outputDim: try options.required("output_dim").count()
        )
        embedding.embeddingsInitializer =
            try options.initializer("embeddings_initializer") ?? embedding.embeddingsInitializer
        embedding.embeddingsRegularizer = try options.regularizer("embeddings_regularizer")
        try options.finish()
        return embedding
    }

    private func batchNormalization() throws -> BatchNormalization {
        var options = try LayerOptions(self)
        var layer = BatchNormalization()
        if let value = options.optional("momentum") { layer.momentum = Float(try value.number(in: 0...0.999_999)) }
        if let value = options.optional("epsilon") { layer.epsilon = Float(try value.number(in: 1e-12...1)) }
        layer.center = try options.boolean("center") ?? layer.center
        layer.scale = try options.boolean("scale") ?? layer.scale
        try options.finish()
        return layer
    }

    private func layerNormalization() throws -> LayerNormalization {
        var options = try LayerOptions(self)
        var layer = LayerNormalization()
        if let value = options.optional("epsilon") { layer.epsilon = Float(try value.number(in: 1e-12...1)) }
        layer.center = try options.boolean("center") ?? layer.center
        layer.scale = try options.boolean("scale") ?? layer.scale
        try options.finish()
        return layer
    }

    /// Layers, with what makes their input fit, and the activation of the sum.
    private func residual() throws -> Residual {
        var options = try LayerOptions(self, short: "layers")
        let layers = try LayerNode.list(options.required("layers")).map { try $0.layer() }
        let shortcut = try LayerNode.list(options.optional("shortcut")).map { try $0.layer() }
        let activation = try options.activation() ?? .linear
        try options.finish()
        return Residual(layers, shortcut: shortcut, activation: activation)
    }
}

extension Activation {
    /// Reads `relu` or `{leaky_relu: {negative_slope: 0.1}}`.
    init(reading node: ProjectNode) throws {
        let (name, options) = try node.wordWithOptions()
        guard let standard = Activation(name: name) else {
            let nearest = NearestWord.find(name, in: Activation.names)
            throw node.error(
                "unknown activation `\(name)`",
                hints: [
                    nearest.map { "did you mean `\($0)`?" }
                        ?? "the activations are: \(Activation.names.joined(separator: ", "))"
                ]
            )
        }
        self = standard
        guard let options else { return }
        var section = try options.section()
        switch standard {
        case .leakyReLU:
            if let value = section.optional("negative_slope") {
                self = .leakyReLU(negativeSlope: Float(try value.number()))
            }
        case .elu:
            if let value = section.optional("alpha") { self = .elu(alpha: Float(try value.number())) }
        case .gelu:
            if let value = section.optional("approximate") { self = .gelu(approximate: try value.boolean()) }
        default: break
        }
        try section.finish()
    }
}

extension Initializer {
    /// Reads `glorot_uniform` or `{random_normal: {stddev: 0.1}}`.
    init(reading node: ProjectNode) throws {
        let (name, options) = try node.wordWithOptions()
        guard let standard = Initializer(name: name) else {
            let nearest = NearestWord.find(name, in: Initializer.names)
            throw node.error(
                "unknown initializer `\(name)`",
                hints: [
                    nearest.map { "did you mean `\($0)`?" }
                        ?? "the initializers are: \(Initializer.names.joined(separator: ", "))"
                ]
            )
        }
        self = standard
        guard let options else { return }
        var section = try options.section()
        func number(_ key: String, _ standard: Float) throws -> Float {
            try section.optional(key).map { Float(try $0.number()) } ?? standard
        }
        switch standard {
        case .constant(let value): self = .constant(value: try number("value", value))
        case .randomNormal(let mean, let deviation):
            self = .randomNormal(mean: try number("mean", mean), stddev: try number("stddev", deviation))
        case .truncatedNormal(let mean, let deviation):
            self = .truncatedNormal(mean: try number("mean", mean), stddev: try number("stddev", deviation))
        case .randomUniform(let low, let high):
            let (least, largest) = (try number("minval", low), try number("maxval", high))
            guard least <= largest else {
                throw options.error(
                    "`random_uniform`: expected a minval of at most maxval, found \(least) and \(largest)"
                )
            }
            self = .randomUniform(minval: least, maxval: largest)
        case .orthogonal(let gain): self = .orthogonal(gain: try number("gain", gain))
        default: break
        }
        try section.finish()
    }
}
