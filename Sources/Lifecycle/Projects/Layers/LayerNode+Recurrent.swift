internal import NeuralNetwork
internal import ProjectFile

/// Layers that go over sequences.
extension LayerNode {
    func recurrent() throws -> Recurrent {
        guard let kind = RecurrentKind(rawValue: name) else {
            throw node.error("expected one of simple_rnn, lstm and gru, found `\(name)`")
        }
        var options = try LayerOptions(self, short: "units")
        var layer = Recurrent(kind, units: try options.required("units").count())
        layer.activation = try options.activation() ?? layer.activation
        if kind != .simpleRNN {
            layer.recurrentActivation = try options.activation("recurrent_activation") ?? layer.recurrentActivation
        }
        layer.useBias = try options.boolean("use_bias") ?? layer.useBias
        layer.kernelInitializer = try options.initializer("kernel_initializer") ?? layer.kernelInitializer
        layer.recurrentInitializer = try options.initializer("recurrent_initializer") ?? layer.recurrentInitializer
        layer.biasInitializer = try options.initializer("bias_initializer") ?? layer.biasInitializer
        if kind == .lstm { layer.unitForgetBias = try options.boolean("unit_forget_bias") ?? layer.unitForgetBias }
        if kind == .gru { layer.resetAfter = try options.boolean("reset_after") ?? layer.resetAfter }
        layer.returnSequences = try options.boolean("return_sequences") ?? layer.returnSequences
        layer.goBackwards = try options.boolean("go_backwards") ?? layer.goBackwards
        layer.kernelRegularizer = try options.regularizer("kernel_regularizer")
        layer.recurrentRegularizer = try options.regularizer("recurrent_regularizer")
        layer.biasRegularizer = try options.regularizer("bias_regularizer")
        try options.finish()
        return layer
    }

    private var keys: [String] {
        guard case .mapping(let entries)? = options?.content else { return [] }
        return entries.map(\.key)
    }

    /// `bidirectional: {lstm: 64}`, or `{layer: {lstm: 64}, merge_mode: sum}`.
    func bidirectional() throws -> Bidirectional {
        var options = try LayerOptions(self)
        let kinds = ["simple_rnn", "lstm", "gru"]
        let mode = try options.optional("merge_mode")?.word(of: MergeMode.allCases.map(\.rawValue))
        let inner: LayerNode
        if let node = options.optional("layer") {
            let (name, options) = try node.wordWithOptions()
            inner = LayerNode(name: name, options: options, node: node)
        } else if let name = kinds.first(where: keys.contains) {
            inner = LayerNode(name: name, options: options.optional(name), node: node)
        } else {
            try options.finish()
            throw node.error("`bidirectional` needs a layer: one of \(kinds.joined(separator: ", "))")
        }
        try options.finish()
        return Bidirectional(try inner.recurrent(), mergeMode: mode.flatMap(MergeMode.init) ?? .concat)
    }
}
