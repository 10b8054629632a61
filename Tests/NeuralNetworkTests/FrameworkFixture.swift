import Datasets
import Foundation
import NeuralNetwork
import Support
import Testing

/// What another framework computes for networks, as the scripts in `Fixtures` have written it.
struct FrameworkFixture: Decodable {
    /// With its version.
    let framework: String
    let cases: [Case]

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let inputShape: [Int]
        let layers: [NamedLayer]
        let loss: Loss
        let optimizer: Optimizer
        let clipping: GradientClipping?
        let inputs: [Float]
        let labels: [Int32]?
        let targets: [Float]?
        let parameters: [Parameter]
        /// While training, before the first step.
        let outputs: [Double]
        let gradients: [[Double]]
        /// Of ten steps.
        let losses: [Double]
        /// Behind the last step.
        let movingAverages: [[Double]]
        /// Before the first step and behind the last.
        let predictions: [Double]
        let trainedPredictions: [Double]
        var testDescription: String { name }
    }

    struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let values: [Float]
    }

    init(file name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        self = try JSON.decodePlain(FrameworkFixture.self, from: Array(Data(contentsOf: file)), source: name)
    }

    /// The cases of a file; none if it cannot be read, and a test with ``init(file:)`` then says why.
    static func cases(_ name: String) -> [Case] { (try? FrameworkFixture(file: name))?.cases ?? [] }
}

extension FrameworkFixture.Case {
    var network: NetworkDescription {
        NetworkDescription(inputShape: inputShape, layers: layers.map(\.layer))
    }

    /// The network with the parameters to start from.
    func model() throws -> Sequential {
        let known = try Sequential.parameterShapes(of: network)
        return try Sequential(
            network,
            parameters: zip(known, parameters).map { known, parameter in
                NamedTensor(name: known.name, shape: parameter.shape, values: parameter.values)
            }
        )
    }

    func examples() throws -> Examples {
        let columns = inputShape.reduce(1, *)
        let rows = inputs.count / columns
        let units = outputs.count / rows
        let targets: Targets =
            if let labels { .classes(labels, count: units) } else {
                .values(Matrix(rows: rows, columns: units, values: try #require(targets)))
            }
        return Examples(
            inputs: Matrix(rows: rows, columns: columns, values: inputs),
            inputShape: inputShape,
            targets: targets
        )
    }

    /// Puts the reference and the kernels beside what the framework computes.
    func compare() throws {
        #expect(network.layers == layers, "layers have Keras's names")
        let (model, examples) = (try model(), try examples())
        for (own, parameter) in zip(model.parameters, parameters) {
            #expect(own.name.hasSuffix("/\(parameter.name)"), "\(own.name) instead of \(parameter.name)")
        }
        var reference = ReferenceNetwork(model)
        reference.isTraining = true
        let outputs = reference.predict(Sample.rows(examples.inputs)).flatMap { $0.map(Float.init) }
        expectEqual(outputs, self.outputs, within: 2e-6, "outputs of the reference")
        let predictions = try PackedNetwork(model).predict(examples.inputs)
        expectEqual(predictions.values, self.predictions, within: 2e-6, "predictions")

        let recipe = TrainingRecipe(
            loss: loss,
            optimizer: optimizer,
            clipping: clipping,
            epochs: 10,
            batchSize: nil
        )
        let trainer = try Trainer(model, recipe: recipe, training: examples)
        let gradients = trainer.lossAndGradients().gradients
        #expect(gradients.count == self.gradients.count)
        for (gradient, expected) in zip(gradients, self.gradients) {
            expectEqual(gradient.values, expected, within: 1e-5, "gradient of \(gradient.name)")
        }

        let result = try trainer.fit()
        let losses = result.history.compactMap { $0.metrics["loss"].map(Float.init) }
        expectEqual(losses, self.losses, within: 1e-5, "losses")
        let averages = result.model.parameters.filter { $0.name.contains("/moving_") }
        #expect(averages.count == movingAverages.count)
        for (average, expected) in zip(averages, movingAverages) {
            expectEqual(average.values, expected, within: 1e-5, average.name)
        }
        // The powers of Adam's betas have single precision in Keras, which moves the last of ten steps by 1e-5.
        let trained = try PackedNetwork(result.model).predict(examples.inputs)
        expectEqual(trained.values, trainedPredictions, within: 2e-5, "predictions of the trained network")
    }

    private func expectEqual(_ values: [Float], _ expected: [Double], within limit: Double, _ name: String) {
        #expect(relativeError(values, expected) < limit, "\(name)")
    }
}
