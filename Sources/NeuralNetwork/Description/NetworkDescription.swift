package import Support

/// A network as plain data: the shape of one input row, and the layers in order.
///
/// It is the `network.json` of a package; the words are Keras's.
package struct NetworkDescription: JSONDocument, Equatable {
    package static let schema = Schema("network", 1)

    /// The shape of one row, such as `[28, 28]`.
    package let inputShape: [Int]
    package let layers: [NamedLayer]

    /// A network whose layers are named as Keras names them.
    ///
    /// The first of a kind has its name, such as `dense`, the next ones `dense_1`, `dense_2` and so on.
    package init(inputShape: [Int], layers: [Layer]) {
        var counts: [String: Int] = [:]
        self.inputShape = inputShape
        self.layers = layers.map { layer in
            let number = counts[layer.type, default: 0]
            counts[layer.type] = number + 1
            return NamedLayer(name: number == 0 ? layer.type : "\(layer.type)_\(number)", layer: layer)
        }
    }

    /// The shape of one row after each layer; throws where a layer cannot take what the one before it gives.
    package func shapes() throws(LayerError) -> [[Int]] {
        guard !layers.isEmpty else {
            throw LayerError(index: 0, name: "network", expected: "at least one layer", received: "none")
        }
        var shape = inputShape
        guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }) else {
            throw LayerError(
                index: 0,
                name: "input",
                expected: "a shape of positive sizes",
                received: "\(inputShape)"
            )
        }
        var shapes: [[Int]] = []
        for (index, layer) in layers.enumerated() {
            func failure(_ expected: String, _ received: String, hints: [String] = []) -> LayerError {
                LayerError(index: index, name: layer.name, expected: expected, received: received, hints: hints)
            }
            switch layer.layer {
            case .dense(let dense):
                guard dense.units > 0 else { throw failure("units of at least 1", "\(dense.units)") }
                guard shape.count == 1 else {
                    throw failure(
                        "an input with one axis",
                        "shape \(shape)",
                        hints: ["put a `flatten` layer before it"]
                    )
                }
                shape = [dense.units]
            case .dropout(let dropout):
                guard dropout.rate >= 0, dropout.rate < 1 else {
                    throw failure("a rate of at least 0 and below 1", "\(dropout.rate)")
                }
            case .activation(let activation):
                if activation.activation == .softmax, shape.count != 1 {
                    throw failure("for softmax an input with one axis", "shape \(shape)")
                }
            case .flatten:
                shape = [shape.reduce(1, *)]
            }
            shapes.append(shape)
        }
        return shapes
    }

    /// The shape of one row of the network's output.
    package func outputShape() throws(LayerError) -> [Int] { try shapes().last ?? inputShape }
}

/// A layer that cannot be: which one, what was expected and what was received.
package struct LayerError: Failure, Equatable {
    /// Counted from zero.
    package let index: Int
    package let name: String
    package let expected: String
    package let received: String
    package let hints: [String]

    package init(index: Int, name: String, expected: String, received: String, hints: [String] = []) {
        self.index = index
        self.name = name
        self.expected = expected
        self.received = received
        self.hints = hints
    }

    package var description: String {
        "layer \(index + 1) (`\(name)`): expected \(expected), received \(received)"
    }
    package var kind: FailureKind { .usage }
}
