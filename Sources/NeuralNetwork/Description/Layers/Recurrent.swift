/// What a recurrent layer computes in a step, with Keras's names.
package enum RecurrentKind: String, Sendable, Equatable, Codable {
    /// `h = activation(x * kernel + h * recurrent_kernel + bias)`.
    case simpleRNN = "simple_rnn"
    /// Hochreiter and Schmidhuber, 1997, with a forget gate; the gates lie in the order input, forget, cell, output.
    case lstm
    /// Cho et al., 2014; the gates lie in the order update, reset, candidate.
    case gru

    var gates: Int {
        switch self {
        case .simpleRNN: 1
        case .lstm: 4
        case .gru: 3
        }
    }
}

/// A layer that goes over sequences `[steps, values]` step by step, and remembers.
///
/// Kernel `[values, gates * units]`, recurrent kernel `[units, gates * units]`, bias `[gates * units]`; of a GRU with
/// `reset_after` the bias is `[2, 3 * units]`, the second row for what comes from the step before.
package struct Recurrent: Sendable, Equatable, Codable {
    package var kind = RecurrentKind.lstm
    package var units: Int
    package var activation: Activation
    /// Of the gates; a `simple_rnn` has none.
    package var recurrentActivation: Activation
    package var useBias: Bool
    package var kernelInitializer: Initializer
    package var recurrentInitializer: Initializer
    package var biasInitializer: Initializer
    /// Whether the forget gate of an LSTM begins with a bias of 1.
    package var unitForgetBias: Bool
    /// Whether a GRU applies its reset gate after the product with the recurrent kernel, as PyTorch does, or before.
    package var resetAfter: Bool
    /// Whether each step is an output, or the last alone.
    package var returnSequences: Bool
    /// Whether it begins with the last step; its outputs then stand in that order, too.
    package var goBackwards: Bool
    package var kernelRegularizer: Regularizer?
    package var recurrentRegularizer: Regularizer?
    package var biasRegularizer: Regularizer?

    // The kind stands in the name of the layer.
    private enum CodingKeys: String, CodingKey {
        case units, activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer, biasInitializer
        case unitForgetBias, resetAfter, returnSequences, goBackwards
        case kernelRegularizer, recurrentRegularizer, biasRegularizer
    }

    package init(_ kind: RecurrentKind, units: Int, returnSequences: Bool = false) {
        self.kind = kind
        self.units = units
        self.returnSequences = returnSequences
        activation = .tanh
        recurrentActivation = .sigmoid
        useBias = true
        kernelInitializer = .glorotUniform
        recurrentInitializer = .orthogonal()
        biasInitializer = .zeros
        unitForgetBias = kind == .lstm
        resetAfter = kind == .gru
        goBackwards = false
    }
}

extension Recurrent: LayerDefinition {
    var type: String { kind.rawValue }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.axes(input, 2, LayerCheck.sequence, hints: LayerCheck.sequenceHints)
        try LayerCheck.positive(units, "units")
        for activation in [activation, recurrentActivation] where !activation.hasDerivativeFromOutput {
            throw LayerMismatch(
                "activations out of linear, relu, sigmoid, tanh, softplus, and leaky_relu and elu with options above 0",
                activation.name
            )
        }
        return returnSequences ? [input[0], units] : [units]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        let gates = kind.gates
        func weight(_ name: String, _ rows: Int, _ initializer: Initializer, _ penalty: Regularizer?)
            -> WeightDescription
        {
            WeightDescription(
                name: name,
                shape: [rows, gates * units],
                initializer: initializer,
                packing: .gates(gates),
                regularizer: penalty
            )
        }
        let kernels = [
            weight("kernel", input[1], kernelInitializer, kernelRegularizer),
            weight("recurrent_kernel", units, recurrentInitializer, recurrentRegularizer),
        ]
        guard useBias else { return kernels }
        let isDouble = kind == .gru && resetAfter
        var bias = WeightDescription.bias(
            isDouble ? [2, gates * units] : [gates * units],
            biasInitializer,
            biasRegularizer
        )
        bias.packing = .gates(gates)
        if kind == .lstm, unitForgetBias { bias.ones = units..<2 * units }
        return kernels + [bias]
    }

    func operations(of input: [Int]) -> Int { 2 * input[0] * (input[1] + units) * kind.gates * units }

    // A step at a time.
    func numbersAtOnce(_ input: [Int], _ output: [Int]) -> Int { input[1] + units * (kind.gates + 1) }

    // States and gates of all steps.
    func keptNumbers(_ input: [Int], _ output: [Int]) -> Int { input[0] * units * (kind.gates + 2) }
}

extension Activation {
    /// Whether the derivative follows from the output alone, which is all that a recurrent layer remembers of a step.
    fileprivate var hasDerivativeFromOutput: Bool {
        switch self {
        case .linear, .relu, .sigmoid, .tanh, .softplus: true
        case .leakyReLU(let slope): slope >= 0
        case .elu(let alpha): alpha >= 0
        case .softmax, .gelu: false
        }
    }
}

/// How the two directions of a ``Bidirectional`` layer become one output.
package enum MergeMode: String, Sendable, Equatable, Codable, CaseIterable {
    case concat, sum, mul, ave
}

/// A recurrent layer that goes over the sequence in both directions, with weights of its own for each.
package struct Bidirectional: Sendable, Equatable {
    package var layer: Recurrent
    package var mergeMode: MergeMode

    package init(_ layer: Recurrent, mergeMode: MergeMode = .concat) {
        self.layer = layer
        self.mergeMode = mergeMode
    }
}

extension Bidirectional: Codable {
    private enum CodingKeys: String, CodingKey { case layer, mergeMode }
    private enum TypeKey: String, CodingKey { case type }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        layer = try container.decode(Recurrent.self, forKey: .layer)
        layer.kind = try container.nestedContainer(keyedBy: TypeKey.self, forKey: .layer)
            .decode(RecurrentKind.self, forKey: .type)
        mergeMode = try container.decode(MergeMode.self, forKey: .mergeMode)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let inner = container.superEncoder(forKey: .layer)
        try layer.encode(to: inner)
        var type = inner.container(keyedBy: TypeKey.self)
        try type.encode(layer.kind, forKey: .type)
        try container.encode(mergeMode, forKey: .mergeMode)
    }
}

extension Bidirectional: LayerDefinition {
    var type: String { "bidirectional" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard !layer.goBackwards else {
            throw LayerMismatch("a layer that goes forwards, as both directions are made of it", "go_backwards: true")
        }
        var shape = try layer.outputShape(of: input)
        if mergeMode == .concat { shape[shape.count - 1] *= 2 }
        return shape
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        ["forward", "backward"].flatMap { direction in
            layer.weights(of: input).map { $0.inside(direction) }
        }
    }

    func operations(of input: [Int]) -> Int { 2 * layer.operations(of: input) }

    func numbersAtOnce(_ input: [Int], _ output: [Int]) -> Int { layer.numbersAtOnce(input, output) }

    func keptNumbers(_ input: [Int], _ output: [Int]) -> Int { 2 * layer.keptNumbers(input, output) }
}

extension WeightDescription {
    /// The same weight of a layer within another.
    func inside(_ layer: String) -> WeightDescription {
        var copy = self
        copy.name = "\(layer)/\(name)"
        return copy
    }
}
