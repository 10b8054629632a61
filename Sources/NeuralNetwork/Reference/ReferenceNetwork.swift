/// A network computed by plain loops in double precision, row by row: the definition of what the kernels do.
///
/// Dropout is left out; it is tested by its properties.
package struct ReferenceNetwork {
    package let description: NetworkDescription
    /// In Keras's layout, in the order of the layers.
    package var parameters: [[Double]]

    package init(_ model: Sequential) {
        description = model.description
        parameters = model.parameters.map { $0.values.map(Double.init) }
    }

    /// One row on its way: what each elementary step received.
    private struct Trace {
        enum Step {
            case dense(parameter: Int, units: Int, hasBias: Bool)
            case activation(Activation)
        }
        var steps: [(step: Step, input: [Double])] = []
    }

    /// The output for one row.
    package func predict(_ row: [Double]) -> [Double] {
        var trace = Trace()
        return forward(row, &trace)
    }

    /// The mean loss over rows, `inputs` against `targets`.
    package func loss(_ loss: Loss, inputs: [[Double]], targets: [[Double]], weights: [Double]? = nil) -> Double {
        let rows = zip(inputs, targets).map { ReferenceLoss.value(loss, predict($0), $1) }
        return zip(rows, weights ?? rows.map { _ in 1 }).reduce(0) { $0 + $1.0 * $1.1 } / Double(inputs.count)
    }

    /// The gradients of the mean loss by all parameters.
    package func gradients(
        _ loss: Loss,
        inputs: [[Double]],
        targets: [[Double]],
        weights: [Double]? = nil
    ) -> [[Double]] {
        var gradients = parameters.map { $0.map { _ in 0.0 } }
        for (index, (row, target)) in zip(inputs, targets).enumerated() {
            var trace = Trace()
            let output = forward(row, &trace)
            let scale = (weights?[index] ?? 1) / Double(inputs.count)
            let outputGradient = ReferenceLoss.gradient(loss, output, target).map { $0 * scale }
            backward(trace, outputGradient, &gradients)
        }
        return gradients
    }

    private func forward(_ row: [Double], _ trace: inout Trace) -> [Double] {
        var values = row
        var parameter = 0
        for layer in description.layers {
            switch layer.layer {
            case .flatten, .dropout: break
            case .activation(let activation):
                trace.steps.append((.activation(activation.activation), values))
                values = ReferenceActivation.forward(activation.activation, values)
            case .dense(let dense):
                let step = Trace.Step.dense(parameter: parameter, units: dense.units, hasBias: dense.useBias)
                trace.steps.append((step, values))
                let kernel = parameters[parameter]
                var sums = dense.useBias ? parameters[parameter + 1] : [Double](repeating: 0, count: dense.units)
                for unit in 0..<dense.units {
                    for input in values.indices { sums[unit] += values[input] * kernel[input * dense.units + unit] }
                }
                parameter += dense.useBias ? 2 : 1
                trace.steps.append((.activation(dense.activation), sums))
                values = ReferenceActivation.forward(dense.activation, sums)
            }
        }
        return values
    }

    private func backward(_ trace: Trace, _ outputGradient: [Double], _ gradients: inout [[Double]]) {
        var gradient = outputGradient
        for (step, input) in trace.steps.reversed() {
            switch step {
            case .activation(let activation):
                gradient = ReferenceActivation.backward(activation, input, gradient)
            case .dense(let parameter, let units, let hasBias):
                let kernel = parameters[parameter]
                var inputGradient = [Double](repeating: 0, count: input.count)
                for unit in 0..<units {
                    for index in input.indices {
                        gradients[parameter][index * units + unit] += input[index] * gradient[unit]
                        inputGradient[index] += kernel[index * units + unit] * gradient[unit]
                    }
                    if hasBias { gradients[parameter + 1][unit] += gradient[unit] }
                }
                gradient = inputGradient
            }
        }
    }
}
