/// A layer in plain loops and double precision: the definition of what the kernels do, forward and backward.
///
/// It remembers the rows of its last forward pass, for the backward pass.
protocol ReferenceLayer: AnyObject {
    /// What the layer makes of rows, with its weights in Keras's layout and order.
    ///
    /// While training, layers that look at the batch do so; dropout is left out, and tested by its properties.
    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]]

    /// The gradient of the rows from that of the output; adds those of the weights.
    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]]
}

/// A layer that leaves the numbers as they are, such as `flatten`.
final class ReferenceIdentity: ReferenceLayer {
    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] { rows }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        gradient
    }
}

/// An activation as a layer of its own.
final class ReferenceActivationLayer: ReferenceLayer {
    private let activation: Activation
    private var inputs: [[Double]] = []

    init(_ activation: Activation) { self.activation = activation }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        inputs = rows
        return rows.map { ReferenceActivation.forward(activation, $0) }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        zip(inputs, gradient).map { ReferenceActivation.backward(activation, $0, $1) }
    }
}

/// Layers one after another, each with weights of its own.
final class ReferenceChain: ReferenceLayer {
    private let layers: [(layer: any ReferenceLayer, weights: Int)]

    init(_ layers: [(layer: any ReferenceLayer, weights: Int)]) { self.layers = layers }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        var first = 0
        return layers.reduce(rows) { rows, step in
            defer { first += step.weights }
            return step.layer.forward(rows, Array(weights[first..<first + step.weights]), isTraining: isTraining)
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        var end = weights.count
        var gradient = gradient
        for step in layers.reversed() {
            let range = end - step.weights..<end
            var own = Array(weightGradients[range])
            gradient = step.layer.backward(gradient, Array(weights[range]), &own)
            weightGradients.replaceSubrange(range, with: own)
            end = range.lowerBound
        }
        return gradient
    }
}

extension LayerDefinition {
    /// The layer, and behind it its activation.
    func chain(_ layer: any ReferenceLayer, _ activation: Activation, of input: [Int]) -> any ReferenceLayer {
        ReferenceChain([(layer, weights(of: input).count), (ReferenceActivationLayer(activation), 0)])
    }
}

extension Dropout { func reference(of input: [Int]) -> any ReferenceLayer { ReferenceIdentity() } }
extension Flatten { func reference(of input: [Int]) -> any ReferenceLayer { ReferenceIdentity() } }
extension Reshape { func reference(of input: [Int]) -> any ReferenceLayer { ReferenceIdentity() } }
extension ActivationLayer {
    func reference(of input: [Int]) -> any ReferenceLayer { ReferenceActivationLayer(activation) }
}
