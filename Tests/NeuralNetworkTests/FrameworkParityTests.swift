import Datasets
import Foundation
import NeuralNetwork
import Support
import Testing

/// Outputs, gradients and ten training losses against Keras and PyTorch.
///
/// The numbers were made by `Fixtures/keras_fixtures.py` and `Fixtures/pytorch_fixtures.py`; the files name the versions.
struct FrameworkParityTests {
    struct Fixture: Decodable, Sendable {
        let framework: String
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let columns: Int
        let layers: [NamedLayer]
        let loss: Loss
        let optimizer: Optimizer
        let inputs: [Float]
        let labels: [Int32]?
        let targets: [Float]?
        let parameters: [[Float]]
        let outputs: [Double]
        let gradients: [[Double]]
        let losses: [Double]
        var testDescription: String { name }
    }

    static func load(_ name: String) -> [Case] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSON.decodePlain(Fixture.self, from: Array(data), source: name))?.cases ?? []
    }

    static let keras = load("keras.json")
    static let pytorch = load("pytorch.json")

    @Test func theFixturesAreThere() {
        #expect(Self.keras.count == 9)
        #expect(Self.pytorch.count == 7)
    }

    @Test(arguments: keras)
    func agreesWithKeras(test: Case) throws { try compare(test) }

    @Test(arguments: pytorch)
    func agreesWithPyTorch(test: Case) throws { try compare(test) }

    private func compare(_ test: Case) throws {
        let network = NetworkDescription(inputShape: [test.columns], layers: test.layers.map(\.layer))
        let fresh = try Sequential(network, seed: 0)
        let model = try Sequential(
            network,
            parameters: zip(fresh.parameters, test.parameters).map {
                NamedTensor(name: $0.name, shape: $0.shape, values: $1)
            }
        )
        let rows = test.inputs.count / test.columns
        let inputs = Matrix(rows: rows, columns: test.columns, values: test.inputs)
        let units = test.outputs.count / rows
        let targets: Targets =
            if let labels = test.labels { .classes(labels, count: units) } else {
                .values(Matrix(rows: rows, columns: units, values: try #require(test.targets)))
            }
        let recipe = TrainingRecipe(loss: test.loss, optimizer: test.optimizer, epochs: 10, batchSize: nil)
        let trainer = try Trainer(
            model,
            recipe: recipe,
            training: Examples(inputs: inputs, inputShape: [test.columns], targets: targets)
        )

        // Both sides compute in single precision, in different orders.
        #expect(relativeError(try PackedNetwork(model).predict(inputs).values, test.outputs) < 2e-6)
        for (gradient, expected) in zip(trainer.lossAndGradients().gradients, test.gradients) {
            #expect(relativeError(gradient.values, expected) < 1e-5, "\(gradient.name)")
        }
        // Ten steps carry the differences on, and PyTorch adds Adam's epsilon at another place.
        let losses = try trainer.fit().history.compactMap { $0.metrics["loss"] }
        #expect(losses.count == test.losses.count)
        for (loss, expected) in zip(losses, test.losses) { #expect(abs(loss - expected) < 2e-5 * max(1, expected)) }
    }
}
