/// A network computed by plain loops in double precision: the definition of what the kernels do.
///
/// Dropout is left out; it is tested by its properties.
package struct ReferenceNetwork {
    package let description: NetworkDescription
    /// In Keras's layout, in the order of the layers.
    package var parameters: [[Double]]
    /// Whether layers that look at the batch while training do so.
    package var isTraining = false
    private let chain: ReferenceChain
    /// What the parameters are, in their order.
    private let weights: [WeightDescription]

    package init(_ model: Sequential) {
        description = model.description
        parameters = model.parameters.map { $0.values.map(Double.init) }
        var input = description.inputShape
        var steps: [(layer: any ReferenceLayer, weights: Int)] = []
        var descriptions: [WeightDescription] = []
        for layer in description.layers {
            let definition = layer.layer.definition
            let weights = definition.weights(of: input)
            descriptions += weights
            steps.append((definition.reference(of: input), weights.count))
            input = (try? definition.outputShape(of: input)) ?? input
        }
        chain = ReferenceChain(steps)
        weights = descriptions
    }

    /// The output for one row.
    package func predict(_ row: [Double]) -> [Double] { predict([row])[0] }

    /// The outputs for rows.
    package func predict(_ rows: [[Double]]) -> [[Double]] {
        chain.forward(rows, parameters, isTraining: isTraining)
    }

    /// The mean loss over rows, `inputs` against `targets`.
    package func loss(_ loss: Loss, inputs: [[Double]], targets: [[Double]], weights: [Double]? = nil) -> Double {
        let rows = zip(predict(inputs), targets).map { ReferenceLoss.value(loss, $0, $1) }
        return zip(rows, weights ?? rows.map { _ in 1 }).reduce(0) { $0 + $1.0 * $1.1 } / Double(inputs.count)
            + penalty
    }

    /// What the regularizers add to the loss.
    private var penalty: Double {
        zip(parameters, weights).reduce(0) { sum, parameter in
            guard let regularizer = parameter.1.regularizer else { return sum }
            return parameter.0.reduce(sum) { sum, weight in
                sum + Double(regularizer.l1) * abs(weight) + Double(regularizer.l2) * weight * weight
            }
        }
    }

    /// The gradients of the mean loss by all parameters that they change.
    package func gradients(
        _ loss: Loss,
        inputs: [[Double]],
        targets: [[Double]],
        weights: [Double]? = nil
    ) -> [[Double]] {
        let outputs = predict(inputs)
        let outputGradients = outputs.indices.map { row in
            let scale = (weights?[row] ?? 1) / Double(inputs.count)
            return ReferenceLoss.gradient(loss, outputs[row], targets[row]).map { $0 * scale }
        }
        var gradients = parameters.map { $0.map { _ in 0.0 } }
        _ = chain.backward(outputGradients, parameters, &gradients)
        for (number, weight) in self.weights.enumerated() {
            guard let regularizer = weight.regularizer else { continue }
            for (element, value) in parameters[number].enumerated() {
                let sign: Double = value > 0 ? 1 : value < 0 ? -1 : 0
                gradients[number][element] += Double(regularizer.l1) * sign + 2 * Double(regularizer.l2) * value
            }
        }
        return zip(gradients, self.weights).filter(\.1.isTrainable).map(\.0)
    }
}
