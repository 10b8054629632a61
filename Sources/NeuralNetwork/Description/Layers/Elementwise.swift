/// While training, sets a share `rate` of the inputs to zero at random and scales the rest up by `1 / (1 - rate)`.
package struct Dropout: Sendable, Equatable, Codable {
    package var rate: Float

    package init(rate: Float) { self.rate = rate }
}

extension Dropout: LayerDefinition {
    var type: String { "dropout" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard rate >= 0, rate < 1 else { throw LayerMismatch("a rate of at least 0 and below 1", "\(rate)") }
        return input
    }
}

/// An activation as a layer of its own.
package struct ActivationLayer: Sendable, Equatable, Codable {
    package var activation: Activation

    package init(_ activation: Activation) { self.activation = activation }
}

extension ActivationLayer: LayerDefinition {
    var type: String { "activation" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        if activation == .softmax, input.count != 1 {
            throw LayerMismatch("for softmax an input with one axis", "shape \(input)")
        }
        return input
    }
}
