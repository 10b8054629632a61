extension Sequential {
    /// The same network for answers alone: what batch normalization does with its averages is put into the weights of the
    /// layer before it, and activations that stand by themselves into that layer, too.
    ///
    /// The outputs are the same but for rounding.
    func foldedForAnswers() throws -> Sequential {
        var folding = Folding(parameters: Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) }))
        let layers = folding.fold(description.layers, inside: "")
        guard folding.changes > 0 else { return self }
        let folded = NetworkDescription(inputShape: description.inputShape, named: layers)
        let names = try Sequential.parameterNames(of: folded)
        return try Sequential(folded, parameters: names.compactMap { folding.parameters[$0] })
    }
}

/// Puts layers into those before them.
private struct Folding {
    var parameters: [String: NamedTensor]
    /// Layers that are gone.
    var changes = 0

    /// Folds a chain of layers whose parameters' names begin with `prefix`.
    mutating func fold(_ layers: [NamedLayer], inside prefix: String) -> [NamedLayer] {
        var folded: [NamedLayer] = []
        for layer in layers {
            if let last = folded.last, let merged = merge(layer, into: last, inside: prefix) {
                folded[folded.count - 1] = merged
                changes += 1
            } else if case .residual(var residual) = layer.layer {
                residual.layers = fold(residual.layers, inside: "\(prefix)\(layer.name)/")
                residual.shortcut = fold(residual.shortcut, inside: "\(prefix)\(layer.name)/")
                folded.append(NamedLayer(name: layer.name, layer: .residual(residual)))
            } else {
                folded.append(layer)
            }
        }
        return folded
    }

    /// The layer before with what the next one does; `nil` where it cannot do it.
    private mutating func merge(
        _ next: NamedLayer,
        into layer: NamedLayer,
        inside prefix: String
    ) -> NamedLayer? {
        guard layer.layer.isLinear else { return nil }
        switch next.layer {
        case .batchNormalization(let normalization):
            guard fold(normalization, of: prefix + next.name, into: prefix + layer.name) else { return nil }
            return NamedLayer(name: layer.name, layer: layer.layer.with(bias: true))
        case .activation(let activation) where activation.activation != .softmax:
            return NamedLayer(name: layer.name, layer: layer.layer.with(activation.activation))
        default:
            return nil
        }
    }

    /// Scales the weights of a layer as batch normalization scales its outputs, the last axis of which are the channels.
    private mutating func fold(_ normalization: BatchNormalization, of name: String, into layer: String) -> Bool {
        guard let kernel = parameters["\(layer)/kernel"],
            let mean = parameters["\(name)/moving_mean"]?.values,
            let variance = parameters["\(name)/moving_variance"]?.values
        else { return false }
        let (gamma, beta) = (parameters["\(name)/gamma"]?.values, parameters["\(name)/beta"]?.values)
        let bias = parameters["\(layer)/bias"]?.values
        let channels = mean.count
        let scales = (0..<channels).map { channel in
            Double(gamma?[channel] ?? 1) / (Double(variance[channel]) + Double(normalization.epsilon)).squareRoot()
        }
        parameters[kernel.name] = NamedTensor(
            name: kernel.name,
            shape: kernel.shape,
            values: kernel.values.enumerated().map { Float(Double($0.element) * scales[$0.offset % channels]) }
        )
        parameters["\(layer)/bias"] = NamedTensor(
            name: "\(layer)/bias",
            shape: [channels],
            values: (0..<channels).map { channel in
                let shift = Double(bias?[channel] ?? 0) - Double(mean[channel])
                return Float(Double(beta?[channel] ?? 0) + shift * scales[channel])
            }
        )
        return true
    }
}

extension Layer {
    /// Whether its outputs are sums of weighted inputs, so that what follows element by element can be put into it.
    fileprivate var isLinear: Bool {
        switch self {
        case .dense(let layer): layer.activation == .linear
        case .conv1D(let layer): layer.options.activation == .linear
        case .conv2D(let layer): layer.options.activation == .linear
        case .depthwiseConv2D(let layer): layer.options.activation == .linear
        default: false
        }
    }

    /// The same layer of weights with another activation, or with a bias.
    fileprivate func with(_ activation: Activation = .linear, bias: Bool = false) -> Layer {
        func options(_ options: ConvolutionOptions) -> ConvolutionOptions {
            var options = options
            options.activation = activation
            options.useBias = options.useBias || bias
            return options
        }
        switch self {
        case .dense(var layer):
            layer.activation = activation
            layer.useBias = layer.useBias || bias
            return .dense(layer)
        case .conv1D(var layer):
            layer.options = options(layer.options)
            return .conv1D(layer)
        case .conv2D(var layer):
            layer.options = options(layer.options)
            return .conv2D(layer)
        case .depthwiseConv2D(var layer):
            layer.options = options(layer.options)
            return .depthwiseConv2D(layer)
        default:
            return self
        }
    }
}
