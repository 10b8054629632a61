internal import Support

/// A network with its parameters, as a value: what training starts from and what it gives.
package struct Sequential: Sendable, Equatable {
    package let description: NetworkDescription
    /// The parameters in Keras's layout, in the order of the layers.
    ///
    /// They are `dense/kernel` of shape `[inputs, units]`, `dense/bias` of shape `[units]`, and so on.
    package let parameters: [NamedTensor]

    /// A network with fresh parameters, which are a function of the seed.
    package init(_ description: NetworkDescription, seed: UInt64) throws(LayerError) {
        let shapes = try description.shapes()
        let random = CounterRandom(seed: seed, stream: RandomStream.initialization)
        var parameters: [NamedTensor] = []
        var inputs = description.inputShape
        for (index, (layer, shape)) in zip(description.layers, shapes).enumerated() {
            if case .dense(let dense) = layer.layer {
                let numbers = random.substream(UInt64(index))
                parameters.append(
                    dense.kernelInitializer.tensor(
                        "\(layer.name)/kernel",
                        [inputs[0], dense.units],
                        random: numbers.substream(0)
                    )
                )
                if dense.useBias {
                    parameters.append(
                        dense.biasInitializer.tensor(
                            "\(layer.name)/bias",
                            [dense.units],
                            random: numbers.substream(1)
                        )
                    )
                }
            }
            inputs = shape
        }
        self.description = description
        self.parameters = parameters
    }

    /// A network with given parameters, in the order of the layers, kernel before bias.
    package init(_ description: NetworkDescription, parameters: [NamedTensor]) throws {
        try ParameterLayout(description, shapes: description.shapes()).check(parameters)
        self.description = description
        self.parameters = parameters
    }

    /// The names of the parameters that a network needs, in the order of the layers.
    package static func parameterNames(of description: NetworkDescription) throws(LayerError) -> [String] {
        ParameterLayout(description, shapes: try description.shapes()).entries.map(\.name)
    }

    /// The names and shapes of the parameters that a network needs, in the order of the layers.
    package static func parameterShapes(
        of description: NetworkDescription
    ) throws(LayerError) -> [(name: String, shape: [Int])] {
        ParameterLayout(description, shapes: try description.shapes()).entries.map { ($0.name, $0.shape) }
    }

    /// The number of parameters.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.values.count } }
}

/// The streams of random numbers that one seed gives.
enum RandomStream {
    static let initialization: UInt64 = 1
    static let shuffling: UInt64 = 2
    static let dropout: UInt64 = 3
}
