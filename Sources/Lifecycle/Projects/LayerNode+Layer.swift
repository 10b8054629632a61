internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension LayerNode {
    /// The layer that the project file means; throws ``ProjectError`` with its line.
    func layer() throws -> Layer {
        switch name {
        case "flatten":
            if let options { throw options.error("`flatten` has no options") }
            return .flatten
        case "dropout":
            return .dropout(Dropout(rate: Float(try single("rate").number(in: 0...0.999))))
        case "activation":
            return .activation(ActivationLayer(try Activation(reading: single("activation"))))
        case "dense":
            return .dense(try dense())
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

    private func dense() throws -> Dense {
        guard let options else { throw node.error("`dense` needs the option `units`") }
        if case .scalar = options.content { return Dense(units: try options.integer(in: 1...10_000_000)) }
        var section = try options.section()
        var dense = Dense(units: try section.required("units").integer(in: 1...10_000_000))
        if let value = section.optional("activation") { dense.activation = try Activation(reading: value) }
        if let value = section.optional("use_bias") { dense.useBias = try value.boolean() }
        if let value = section.optional("kernel_initializer") {
            dense.kernelInitializer = try Initializer(reading: value)
        }
        if let value = section.optional("bias_initializer") { dense.biasInitializer = try Initializer(reading: value) }
        try section.finish()
        return dense
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
            self = .randomUniform(minval: try number("minval", low), maxval: try number("maxval", high))
        default: break
        }
        try section.finish()
    }
}
