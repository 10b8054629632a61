import Datasets
import Foundation
import NeuralNetwork
import Support
import Testing

/// Networks that learn to give back what they are shown.
@Suite(.timeLimit(.minutes(60)))
struct AutoencoderTests {
    /// What Keras computes: see `Fixtures/autoencoder.py`.
    private struct Fixture: Decodable {
        let inputs: [Float]
        let cases: [Case]

        struct Case: Decodable {
            let loss: String
            let parameters: [[Float]]
            let losses: [Double]
            let scores: [Double]
            let trainedScores: [Double]
        }
    }

    private static let network = NetworkDescription(
        inputShape: [5],
        layers: [
            .dense(Dense(units: 8, activation: .tanh)), .dense(Dense(units: 2)),
            .dense(Dense(units: 8, activation: .relu)), .dense(Dense(units: 5)),
        ]
    )

    private static func recipe(_ loss: Loss = .meanSquaredError, reconstructs: Bool? = true) -> TrainingRecipe {
        TrainingRecipe(
            loss: loss,
            optimizer: .adam(Adam(learningRate: 0.01)),
            epochs: 10,
            batchSize: nil,
            shuffle: false,
            reconstructs: reconstructs
        )
    }

    @Test func trainingAndScoresAreThoseOfKeras() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/autoencoder.json")
        let fixture = try JSON.decodePlain(Fixture.self, from: Array(Data(contentsOf: file)), source: "autoencoder")
        let inputs = Matrix(rows: fixture.inputs.count / 5, columns: 5, values: fixture.inputs)
        // What a row is does not matter: it is its own target.
        let examples = Examples(
            inputs: inputs,
            inputShape: [5],
            targets: .classes([Int32](repeating: 0, count: inputs.rows), count: 2)
        )
        #expect(fixture.cases.count == 3)
        for test in fixture.cases {
            let known = try Sequential.parameterShapes(of: Self.network)
            let model = try Sequential(
                Self.network,
                parameters: zip(known, test.parameters).map {
                    NamedTensor(name: $0.name, shape: $0.shape, values: $1)
                }
            )
            let scores = try PackedNetwork(model).predict(inputs).meanSquaredErrors(of: inputs)
            #expect(relativeError(scores.values, test.scores) < 2e-6, "scores of \(test.loss)")
            let loss = try #require(Loss(name: test.loss))
            let result = try Trainer(model, recipe: Self.recipe(loss), training: examples).fit()
            let losses = result.history.compactMap { $0.metrics["loss"].map(Float.init) }
            #expect(relativeError(losses, test.losses) < 1e-5, "losses of \(test.loss)")
            let trained = try PackedNetwork(result.model).predict(inputs).meanSquaredErrors(of: inputs)
            #expect(relativeError(trained.values, test.trainedScores) < 2e-5, "trained scores of \(test.loss)")
        }
    }

    /// The training is the one of targets that are copies of the inputs, to the bit.
    @Test func itIsTheTrainingOfCopiesOfTheInputs() throws {
        let (inputs, others) = (Sample.matrix(70, 5, seed: 1), Sample.matrix(20, 5, seed: 2))
        func examples(_ matrix: Matrix, _ targets: Targets) -> Examples {
            Examples(inputs: matrix, inputShape: [5], targets: targets)
        }
        var recipe = Self.recipe()
        (recipe.batchSize, recipe.shuffle, recipe.seed) = (16, true, 9)
        let own = try Trainer(
            Sequential(Self.network, seed: 4),
            recipe: recipe,
            training: examples(inputs, Sample.classes(70, count: 2, seed: 3)),
            validation: examples(others, Sample.classes(20, count: 2, seed: 5))
        ).fit()
        recipe.reconstructs = nil
        let copies = try Trainer(
            Sequential(Self.network, seed: 4),
            recipe: recipe,
            training: examples(inputs, .values(inputs)),
            validation: examples(others, .values(others))
        ).fit()
        #expect(own.history == copies.history)
        #expect(own.state.parameters == copies.state.parameters)
    }

    /// The score of the plain loops in double precision, and the same bits alone and in any batch.
    @Test func aRowHasItsScoreInAnyCompany() throws {
        let model = try Sequential(Self.network, seed: 6)
        let inputs = Sample.matrix(300, 5, seed: 7)
        let network = try PackedNetwork(model)
        let scores = try network.predict(inputs).meanSquaredErrors(of: inputs).values
        let reference = ReferenceNetwork(model).predict(Sample.rows(inputs))
        let expected = zip(reference, Sample.rows(inputs)).map { outputs, row -> Double in
            var sum = 0.0
            for (output, feature) in zip(outputs, row) { sum += (output - feature) * (output - feature) }
            return sum / 5
        }
        #expect(relativeError(scores, expected) < 5e-6, "scores")
        for row in [0, 1, 127, 128, 255, 299] {
            let alone = Matrix(rows: 1, columns: 5, values: Array(inputs.values[row * 5..<row * 5 + 5]))
            #expect(try network.predict(alone).meanSquaredErrors(of: alone).values == [scores[row]])
        }
    }

    @Test func aNetworkThatGivesBackTooLittleIsRefused() throws {
        let network = NetworkDescription(inputShape: [5], layers: [.dense(Dense(units: 4))])
        let examples = Sample.examples(8, 5, classes: 2, seed: 1)
        let error = #expect(throws: TrainingError.self) {
            _ = try Trainer(Sequential(network, seed: 1), recipe: Self.recipe(), training: examples)
        }
        #expect(error?.description.contains("5 outputs, one for each feature") == true)
    }
}
