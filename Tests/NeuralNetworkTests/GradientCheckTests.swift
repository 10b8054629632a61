import NeuralNetwork
import Testing

/// The reference's gradients against central differences of its loss.
struct GradientCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let activation: Activation
        let loss: Loss
        let last: Activation
        var testDescription: String { "\(activation.name), \(loss), \(last.name)" }
    }

    static let losses: [(Loss, Activation)] = [
        (.meanSquaredError, .linear), (.meanAbsoluteError, .linear), (.huber(delta: 0.7), .tanh),
        (.binaryCrossentropy(), .sigmoid), (.binaryCrossentropy(fromLogits: true), .linear),
        (.categoricalCrossentropy(), .softmax), (.categoricalCrossentropy(), .sigmoid),
        (.categoricalCrossentropy(fromLogits: true), .linear), (.sparseCategoricalCrossentropy(), .sigmoid),
        (.sparseCategoricalCrossentropy(fromLogits: true), .linear),
    ]

    static let cases =
        allActivations.map { Case(activation: $0, loss: .meanSquaredError, last: .linear) }
        + losses.map { Case(activation: .tanh, loss: $0.0, last: $0.1) }

    @Test(arguments: cases)
    func agreesWithCentralDifferences(of test: Case) throws {
        let model = try Sample.model(
            5,
            [.dense(Dense(units: 4, activation: test.activation)), .dense(Dense(units: 3, activation: test.last))]
        )
        var network = ReferenceNetwork(model)
        let inputs = Sample.rows(Sample.matrix(6, 5, seed: 3))
        let targets = Sample.targetRows(Sample.classes(6, count: 3, seed: 4), width: 3)
        let gradients = network.gradients(test.loss, inputs: inputs, targets: targets)
        let step = 1e-5
        for tensor in network.parameters.indices {
            for index in network.parameters[tensor].indices {
                let value = network.parameters[tensor][index]
                network.parameters[tensor][index] = value + step
                let above = network.loss(test.loss, inputs: inputs, targets: targets)
                network.parameters[tensor][index] = value - step
                let below = network.loss(test.loss, inputs: inputs, targets: targets)
                network.parameters[tensor][index] = value
                // The difference's own error is of the order of step squared plus 1e-16 / step.
                #expect(abs((above - below) / (2 * step) - gradients[tensor][index]) < 1e-7)
            }
        }
    }
}
