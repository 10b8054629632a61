package import Support

/// A network as plain data: the shape of one input row, and the layers in order.
///
/// It is the `network.json` of a package; the words are Keras's.
package struct NetworkDescription: JSONDocument, Equatable {
    package static let schema = Schema("network", 1)

    /// The shape of one row, such as `[28, 28]`.
    package let inputShape: [Int]
    package let layers: [NamedLayer]

    /// A network whose layers are named as Keras names them, `dense`, `dense_1` and so on.
    package init(inputShape: [Int], layers: [Layer]) {
        self.inputShape = inputShape
        self.layers = NamedLayer.naming(layers)
    }

    /// A network whose layers have names already.
    init(inputShape: [Int], named layers: [NamedLayer]) {
        self.inputShape = inputShape
        self.layers = layers
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
            let input = shape
            do throws(LayerMismatch) {
                shape = try layer.layer.definition.outputShape(of: shape)
            } catch {
                throw LayerError(
                    index: index,
                    name: error.inside.map { "\(layer.name)/\($0)" } ?? layer.name,
                    expected: error.expected,
                    received: error.received,
                    hints: error.hints
                )
            }
            let sizes = [shape] + layer.layer.definition.weights(of: input).map(\.shape)
            guard layer.layer.definition.paddedNumbers(input) ?? .max < 1 << 31 else {
                throw LayerError(
                    index: index,
                    name: layer.name,
                    expected: "fewer than 2,147,483,648 numbers in a row with the zeros around it",
                    received: "more, for a window that wide",
                    hints: ["take a smaller kernel_size or dilation_rate"]
                )
            }
            guard sizes.allSatisfy({ $0.checkedProduct.map { $0 < 1 << 31 } ?? false }) else {
                throw LayerError(
                    index: index,
                    name: layer.name,
                    expected: "fewer than 2,147,483,648 numbers in a row and in a weight",
                    received: "shapes \(sizes.map { "\($0)" }.joined(separator: ", "))"
                )
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

extension [Int] {
    /// The product of sizes; `nil` when it is too large for a number.
    var checkedProduct: Int? {
        reduce(Int?.some(1)) { product, size in
            guard let (product, overflow) = product?.multipliedReportingOverflow(by: size), !overflow else {
                return nil
            }
            return product
        }
    }
}
