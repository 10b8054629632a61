/// `activation(inputs * kernel + bias)`; kernel `[inputs, units]`, bias `[units]`.
package struct Dense: Sendable, Equatable, Codable {
    package var units: Int
    package var activation: Activation
    package var useBias: Bool
    package var kernelInitializer: Initializer
    package var biasInitializer: Initializer
    package var kernelRegularizer: Regularizer?
    package var biasRegularizer: Regularizer?

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
}

extension Dense {
    private enum CodingKeys: String, CodingKey {
        case units, activation, useBias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer
    }

    package init(from decoder: any Decoder) throws {
        let options = try decoder.container(keyedBy: CodingKeys.self)
        self.init(units: try options.decode(Int.self, forKey: .units))
        activation = try options.decodeIfPresent(Activation.self, forKey: .activation) ?? activation
        useBias = try options.decodeIfPresent(Bool.self, forKey: .useBias) ?? useBias
        kernelInitializer =
            try options.decodeIfPresent(Initializer.self, forKey: .kernelInitializer) ?? kernelInitializer
        biasInitializer = try options.decodeIfPresent(Initializer.self, forKey: .biasInitializer) ?? biasInitializer
        kernelRegularizer = try options.decodeIfPresent(Regularizer.self, forKey: .kernelRegularizer)
        biasRegularizer = try options.decodeIfPresent(Regularizer.self, forKey: .biasRegularizer)
    }
}

extension Dense: LayerDefinition {
    var type: String { "dense" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.positive(units, "units")
        guard input.count == 1 else {
            throw LayerMismatch("an input with one axis", "shape \(input)", hints: ["put a `flatten` layer before it"])
        }
        return [units]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        let kernel = WeightDescription(
            name: "kernel",
            shape: [input[0], units],
            initializer: kernelInitializer,
            regularizer: kernelRegularizer
        )
        guard useBias else { return [kernel] }
        return [kernel, .bias([units], biasInitializer, biasRegularizer)]
    }

    func operations(of input: [Int]) -> Int { 2 * input[0] * units }

    func sharedOperations(of input: [Int]) -> Int { operations(of: input) }
}

extension WeightDescription {
    /// A bias of the given shape.
    static func bias(_ shape: [Int], _ initializer: Initializer, _ regularizer: Regularizer?) -> WeightDescription {
        WeightDescription(name: "bias", shape: shape, initializer: initializer, regularizer: regularizer)
    }
}
