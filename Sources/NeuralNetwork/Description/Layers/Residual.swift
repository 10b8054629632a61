/// Layers whose output is added to their input, or to what a shortcut makes of it (He et al., 2015).
package struct Residual: Sendable, Equatable, Codable {
    package var layers: [NamedLayer]
    /// What makes the input fit, such as a convolution of size 1; none where it fits as it is.
    package var shortcut: [NamedLayer]
    /// Of the sum.
    package var activation: Activation

    package init(_ layers: [Layer], shortcut: [Layer] = [], activation: Activation = .linear) {
        let names = NamedLayer.naming(layers + shortcut)
        self.layers = Array(names.prefix(layers.count))
        self.shortcut = Array(names.dropFirst(layers.count))
        self.activation = activation
    }
}

extension Residual: LayerDefinition {
    var type: String { "residual" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard !layers.isEmpty else { throw LayerMismatch("at least one layer", "none") }
        guard activation != .softmax else {
            throw LayerMismatch("an activation that works element by element", "softmax")
        }
        let (main, side) = (try shape(behind: layers, input), try shape(behind: shortcut, input))
        guard main == side else {
            throw LayerMismatch(
                "layers and shortcut of one shape",
                "\(main) and \(side)",
                hints: shortcut.isEmpty
                    ? ["add `shortcut: [conv2d: {filters: …, kernel_size: 1, strides: …}]`, which makes the input fit"]
                    : []
            )
        }
        return main
    }

    private func shape(behind layers: [NamedLayer], _ input: [Int]) throws(LayerMismatch) -> [Int] {
        var shape = input
        for layer in layers {
            do throws(LayerMismatch) {
                shape = try layer.layer.definition.outputShape(of: shape)
            } catch {
                let inside = error.inside.map { "\(layer.name)/\($0)" } ?? layer.name
                throw LayerMismatch(error.expected, error.received, hints: error.hints, inside: inside)
            }
        }
        return shape
    }

    /// The layers of a path, each with the shape of its input.
    func path(_ layers: [NamedLayer], from input: [Int]) -> [(layer: NamedLayer, input: [Int])] {
        var shape = input
        return layers.map { layer in
            defer { shape = (try? layer.layer.definition.outputShape(of: shape)) ?? shape }
            return (layer, shape)
        }
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        (path(layers, from: input) + path(shortcut, from: input)).flatMap { step in
            step.layer.layer.definition.weights(of: step.input).map { $0.inside(step.layer.name) }
        }
    }

    func operations(of input: [Int]) -> Int {
        (path(layers, from: input) + path(shortcut, from: input)).reduce(0) { sum, step in
            sum + step.layer.layer.definition.operations(of: step.input)
        }
    }

    func keptNumbers(_ input: [Int], _ output: [Int]) -> Int {
        (path(layers, from: input) + path(shortcut, from: input)).reduce(2 * output.reduce(1, *)) { sum, step in
            let definition = step.layer.layer.definition
            return sum + definition.keptNumbers(step.input, (try? definition.outputShape(of: step.input)) ?? [])
        }
    }

    func paddedNumbers(_ input: [Int]) -> Int? {
        (path(layers, from: input) + path(shortcut, from: input)).reduce(0) { largest, step in
            guard let largest, let padded = step.layer.layer.definition.paddedNumbers(step.input) else { return nil }
            return Swift.max(largest, padded)
        }
    }

    func sharedOperations(of input: [Int]) -> Int {
        (path(layers, from: input) + path(shortcut, from: input)).reduce(0) { sum, step in
            sum + step.layer.layer.definition.sharedOperations(of: step.input)
        }
    }
}
