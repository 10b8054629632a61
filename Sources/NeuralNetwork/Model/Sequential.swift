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
        var input = description.inputShape
        for (index, (layer, shape)) in zip(description.layers, shapes).enumerated() {
            let numbers = random.substream(UInt64(index))
            for (number, weight) in layer.layer.definition.weights(of: input).enumerated() {
                parameters.append(
                    weight.fresh(in: layer.name, random: numbers.substream(UInt64(number)))
                )
            }
            input = shape
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

    /// The parameters that gradients change, for which an optimizer remembers something; moving averages are none.
    package var trainableParameters: [NamedTensor] {
        get throws(LayerError) {
            let layout = ParameterLayout(description, shapes: try description.shapes())
            return zip(layout.entries, parameters).filter(\.0.weight.isTrainable).map(\.1)
        }
    }

    /// The number of parameters.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.values.count } }
}

/// The streams of random numbers that one seed gives.
enum RandomStream {
    static let initialization: UInt64 = 1
    static let shuffling: UInt64 = 2
    static let dropout: UInt64 = 3
    static let augmentation: UInt64 = 4
}

extension WeightDescription {
    /// The weight as training starts with it.
    fileprivate func fresh(in layer: String, random: CounterRandom) -> NamedTensor {
        let tensor = initializer.tensor("\(layer)/\(name)", shape, random: random)
        guard let ones else { return tensor }
        var values = tensor.values
        for place in ones { values[place] = 1 }
        return NamedTensor(name: tensor.name, shape: shape, values: values)
    }
}
