import Datasets
import NeuralNetwork
import Support
import Testing

/// Targets that are learned in units of their standard deviation.
@Suite(.timeLimit(.minutes(60)))
struct TargetScaleTests {
    private static let network = NetworkDescription(
        inputShape: [3],
        layers: [.dense(Dense(units: 8, activation: .tanh)), .dense(Dense(units: 2))]
    )

    private static let recipe = TrainingRecipe(
        loss: .meanSquaredError,
        optimizer: .adam(Adam(learningRate: 0.01)),
        epochs: 12,
        batchSize: 16,
        seed: 1,
        standardizeTarget: true
    )

    /// Two numbers a row, the first around 150,000 and the second around 0.002.
    private static func examples(rows: Int = 64, seed: UInt64 = 51) -> Examples {
        let inputs = Sample.matrix(rows, 3, seed: seed)
        let values = Sample.rows(inputs).flatMap { row -> [Float] in
            let (large, small): (Double, Double) = (40_000 * (row[0] - row[1]), 0.0005 * row[2] * row[0])
            return [Float(150_000 + large), Float(0.002 + small)]
        }
        return Examples(
            inputs: inputs,
            inputShape: [3],
            targets: .values(Matrix(rows: rows, columns: 2, values: values))
        )
    }

    /// The training is the one of targets that were standardized before, to the bit; only the answers differ.
    @Test func itIsTheTrainingOfStandardizedTargets() throws {
        let (training, validation) = (Self.examples(), Self.examples(rows: 32, seed: 52))
        let scale = try #require(TargetScale(of: training.targets))
        let model = try Sequential(Self.network, seed: 5)
        let scaled = try Trainer(model, recipe: Self.recipe, training: training, validation: validation).fit()
        var plain = Self.recipe
        plain.standardizeTarget = nil
        let expected = try Trainer(
            model,
            recipe: plain,
            training: scale.standardized(training),
            validation: scale.standardized(validation)
        ).fit()
        #expect(scaled.history == expected.history)
        #expect(scaled.state.parameters == expected.state.parameters)
        #expect(scaled.state.slots == expected.state.slots)
        let outputs = try PackedNetwork(scaled.model).predict(validation.inputs).values
        let standardized = try PackedNetwork(expected.model).predict(validation.inputs).values
        let answers = standardized.enumerated().map { index, value in
            Double(value) * Double(scale.deviations[index % 2]) + Double(scale.means[index % 2])
        }
        for unit in 0..<2 {
            let pairs = zip(outputs, answers).enumerated().filter { $0.offset % 2 == unit }.map(\.element)
            for (output, answer) in pairs { #expect(abs(Double(output) - answer) < 1e-5 * abs(answer)) }
        }
    }

    /// As scikit-learn's StandardScaler: the standard deviation of all rows, and 1 for a number that never changes.
    @Test func theScaleIsMeanAndStandardDeviation() throws {
        let targets = Targets.values(Matrix(rows: 4, columns: 2, values: [1, 7, 2, 7, 3, 7, 6, 7]))
        let scale = try #require(TargetScale(of: targets))
        #expect(scale.means == [3, 7])
        #expect(scale.deviations == [Float(3.5).squareRoot(), 1])
        #expect(TargetScale(of: .classes([0, 1], count: 2)) == nil)
    }

    @Test func whatIsLaidInCanBeTakenOut() throws {
        let scale = try #require(TargetScale(of: Self.examples().targets))
        let parameters = try Sequential(Self.network, seed: 7).parameters
        let back = scale.taken(outOf: scale.laid(into: parameters, of: Self.network), of: Self.network)
        #expect(back.dropLast(2) == parameters.dropLast(2))
        for (found, expected) in zip(back.suffix(2), parameters.suffix(2)) {
            #expect(relativeError(found.values, expected.values.map { Double($0) }) < 1e-6)
        }
    }

    /// Through the form in which a checkpoint is saved.
    @Test func aStoppedTrainingGoesOnWithTheSameBits() throws {
        let model = try Sequential(Self.network, seed: 5)
        let expected = try Trainer(model, recipe: Self.recipe, training: Self.examples()).fit()
        var saved: TrainingState?
        let cancellation = Cancellation()
        let trainer = try Trainer(
            model,
            recipe: Self.recipe,
            training: Self.examples(),
            options: TrainingOptions(progressInterval: 0, checkpointInterval: 0)
        )
        let observer = TrainingObserver(onCheckpoint: { state in
            saved = state
            if state.position.step >= 21 { cancellation.request(signal: 2) }
        })
        #expect(throws: Cancelled.self) { try trainer.fit(cancellation: cancellation, observer: observer) }
        let state = try #require(saved)
        let restored = try TrainingState(position: state.position, tensors: state.tensors.reversed(), of: Self.network)
        #expect(restored == state)
        let result = try Trainer(model, recipe: Self.recipe, training: Self.examples(), resuming: restored).fit()
        #expect(result.model == expected.model)
    }

    /// A network that goes on with other rows keeps its own scale, and starts where it was.
    @Test func anotherTrainingGoesOnByTheScaleOfTheFirst() throws {
        let first = try Trainer(Sequential(Self.network, seed: 5), recipe: Self.recipe, training: Self.examples()).fit()
        let state = TrainingState(
            continuing: first.model,
            slots: first.state.slots,
            steps: 48,
            targetScale: TargetScale(among: first.state.targetScale?.tensors ?? [])
        )
        let other = Self.examples(rows: 40)
        let trainer = try Trainer(first.model, recipe: Self.recipe, training: other, resuming: state)
        #expect(trainer.targetScale == first.state.targetScale)
        #expect(trainer.targetScale != TargetScale(of: other.targets))
        let (start, end) = (try #require(first.history.first), try #require(first.history.last))
        let next = try #require(try trainer.fit().history.first?.metrics["loss"])
        let (before, after) = (try #require(start.metrics["loss"]), try #require(end.metrics["loss"]))
        #expect(next < (before + after) / 2, "\(before) -> \(after), then \(next)")
    }

    @Test(arguments: [
        (Layer.dense(Dense(units: 2, activation: .relu)), "`dense`"),
        (.dense(Dense(units: 2, useBias: false)), "`dense`"), (.activation(ActivationLayer(.relu)), "`activation`"),
    ])
    func aLastLayerThatCannotGiveNumbersBackIsRefused(layer: Layer, received: String) throws {
        let layers = if case .dense = layer { [layer] } else { [.dense(Dense(units: 2)), layer] }
        let network = NetworkDescription(inputShape: [3], layers: layers)
        let error = #expect(throws: TrainingError.self) {
            try Trainer(Sequential(network, seed: 1), recipe: Self.recipe, training: Self.examples())
        }
        #expect(error?.description.contains(received) == true, "\(String(describing: error))")
    }
}
