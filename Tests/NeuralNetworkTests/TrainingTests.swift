import Datasets
import NeuralNetwork
import Support
import Testing

@Suite(.timeLimit(.minutes(60)))
struct TrainingTests {
    /// Targets that one Dense layer can learn to the last digit.
    static let line: Examples = {
        let inputs = Sample.matrix(64, 3, seed: 51)
        let values = Sample.rows(inputs).map { Float(2 * $0[0] - $0[1] + 0.5 * $0[2] + 1) }
        return Examples(
            inputs: inputs,
            inputShape: [3],
            targets: .values(Matrix(rows: 64, columns: 1, values: values))
        )
    }()

    static let linear = NetworkDescription(inputShape: [3], layers: [.dense(Dense(units: 1))])

    static func recipe(_ optimizer: Optimizer, epochs: Int = 60, batchSize: Int? = 10) -> TrainingRecipe {
        TrainingRecipe(
            loss: .meanSquaredError,
            optimizer: optimizer,
            epochs: epochs,
            batchSize: batchSize,
            seed: 1
        )
    }

    @Test(arguments: [
        Optimizer.sgd(SGD(learningRate: 0.1)), .sgd(SGD(learningRate: 0.02, momentum: 0.8)),
        .sgd(SGD(learningRate: 0.02, momentum: 0.8, nesterov: true)), .adam(Adam(learningRate: 0.05)),
    ])
    func aLineIsLearned(optimizer: Optimizer) throws {
        let result = try Trainer(
            Sequential(Self.linear, seed: 1),
            recipe: Self.recipe(optimizer),
            training: Self.line
        ).fit()
        #expect(result.history.count == 60)
        #expect(try #require(result.history.last?.metrics["loss"]) < 1e-3)
        let kernel = try #require(result.model.parameters.first)
        #expect(kernel.name == "dense/kernel")
        #expect(kernel.shape == [3, 1])
        #expect(relativeError(kernel.values, [2, -1, 0.5]) < 0.02)
    }

    @Test func oneStepOfDescentIsTheFormula() throws {
        let model = try Sequential(Self.linear, seed: 3)
        let network = ReferenceNetwork(model)
        let targets = Sample.targetRows(Self.line.targets, width: 1)
        let gradients = network.gradients(.meanSquaredError, inputs: Sample.rows(Self.line.inputs), targets: targets)
        let result = try Trainer(
            model,
            recipe: Self.recipe(.sgd(SGD(learningRate: 0.1)), epochs: 1, batchSize: nil),
            training: Self.line
        ).fit()
        for (tensor, (before, gradient)) in zip(result.model.parameters, zip(network.parameters, gradients)) {
            #expect(relativeError(tensor.values, zip(before, gradient).map { $0 - 0.1 * $1 }) < 1e-6)
        }
    }

    @Test func aWeightIsAsManyRows() throws {
        let model = try Sequential(Self.linear, seed: 3)
        let weights = (0..<64).map { Float($0 % 4) }
        let recipe = Self.recipe(.sgd(SGD()), epochs: 1, batchSize: nil)
        func lossAndGradients(_ examples: Examples) throws -> (loss: Double, gradients: [NamedTensor]) {
            try Trainer(model, recipe: recipe, training: examples).lossAndGradients()
        }
        let weighted = try lossAndGradients(
            Examples(
                inputs: Self.line.inputs,
                inputShape: [3],
                targets: Self.line.targets,
                weights: weights
            )
        )
        let rows = (0..<64).flatMap { row in [Int](repeating: row, count: row % 4) }
        let repeated = try lossAndGradients(Self.line.selecting(rows))
        // The mean is over all rows, as Keras has it: weights need not be 1 on average.
        let scale = Double(rows.count) / 64
        #expect(abs(weighted.loss - repeated.loss * scale) < 1e-5 * weighted.loss)
        for (gradient, expected) in zip(weighted.gradients, repeated.gradients) {
            #expect(relativeError(gradient.values, expected.values.map { Double($0) * scale }) < 1e-5)
        }
    }

    @Test func progressAndCheckpointsAreReported() throws {
        var finished: [Int] = []
        var steps = 0
        var checkpoints = 0
        let trainer = try Trainer(
            Sequential(Self.linear, seed: 1),
            recipe: Self.recipe(.adam(Adam()), epochs: 2),
            training: Self.line,
            options: TrainingOptions(threads: 1, progressInterval: 0, checkpointInterval: 1000)
        )
        let result = try trainer.fit(
            observer: TrainingObserver(
                onProgress: { progress in
                    #expect(progress.stepsPerEpoch == 7)
                    #expect(progress.metricName == "mae")
                    if let record = progress.finishedEpoch { finished.append(record.epoch) }
                    steps += 1
                },
                onCheckpoint: { _ in checkpoints += 1 }
            )
        )
        #expect(finished == [0, 1])
        #expect(steps >= 2)
        // Of two short epochs not each has to leave one.
        #expect((1...2).contains(checkpoints))
        #expect(result.state.position.step == 14)
    }

    @Test func anObserverThatThrowsEndsTheTraining() throws {
        struct Full: Error {}
        let trainer = try Trainer(
            Sequential(Self.linear, seed: 1),
            recipe: Self.recipe(.adam(Adam())),
            training: Self.line,
            options: TrainingOptions(threads: 2)
        )
        #expect(throws: Full.self) { try trainer.fit(observer: TrainingObserver(onCheckpoint: { _ in throw Full() })) }
    }

    @Test func divergenceNamesEpochAndStepAndLeavesNoCheckpoint() throws {
        var states: [TrainingState] = []
        let trainer = try Trainer(
            Sequential(Self.linear, seed: 1),
            recipe: Self.recipe(.sgd(SGD(learningRate: 1e18))),
            training: Self.line,
            options: TrainingOptions(threads: 2, progressInterval: 0, checkpointInterval: 0)
        )
        let error = #expect(throws: TrainingError.self) {
            try trainer.fit(observer: TrainingObserver(onCheckpoint: { states.append($0) }))
        }
        guard case .diverged(let epoch, let step, _) = error else {
            Issue.record("expected a divergence, found \(String(describing: error))")
            return
        }
        #expect(epoch == 1)
        #expect((2...7).contains(step))
        #expect(states.allSatisfy { $0.parameters.allSatisfy { $0.values.allSatisfy(\.isFinite) } })
        #expect(error?.hints.isEmpty == false)
    }

    @Test func earlyStoppingRestoresTheBestEpoch() throws {
        // Noise cannot be learned: the validation loss soon grows.
        let recipe = TrainingRecipe(
            loss: .meanSquaredError,
            optimizer: .adam(Adam(learningRate: 0.02)),
            epochs: 200,
            batchSize: 8,
            seed: 2,
            earlyStopping: EarlyStopping(patience: 4, restoreBestWeights: true)
        )
        let validation = Sample.examples(40, 6, values: 1, seed: 81)
        let network = try Sample.model(6, [.dense(Dense(units: 32, activation: .tanh)), .dense(Dense(units: 1))])
        let result = try Trainer(
            network,
            recipe: recipe,
            training: Sample.examples(40, 6, values: 1, seed: 71),
            validation: validation
        ).fit()
        let losses = result.history.compactMap { $0.metrics["val_loss"] }
        let best = try #require(losses.min())
        #expect(losses.count < 200)
        #expect(losses.firstIndex(of: best) == losses.count - 5)
        #expect(result.state.position.bestEpoch == losses.count - 5)
        let again = ReferenceNetwork(result.model).loss(
            .meanSquaredError,
            inputs: Sample.rows(validation.inputs),
            targets: Sample.targetRows(validation.targets, width: 1)
        )
        #expect(abs(again - best) < 1e-5)
    }

    @Test(arguments: [0.1, 0.5, 0.9] as [Float])
    func dropoutKeepsTheMean(rate: Float) throws {
        // A frozen network of ones: its loss while training is 1 minus the mean of what dropout lets through.
        let network = NetworkDescription(
            inputShape: [1000],
            layers: [
                .dropout(Dropout(rate: rate)),
                .dense(Dense(units: 1, useBias: false, kernelInitializer: .constant(value: 0.001))),
            ]
        )
        let ones = Matrix(rows: 64, columns: 1000, values: [Float](repeating: 1, count: 64_000))
        let data = Examples(inputs: ones, inputShape: [1000], targets: .values(Matrix(rows: 64, columns: 1)))
        let recipe = TrainingRecipe(
            loss: .meanAbsoluteError,
            optimizer: .sgd(SGD(learningRate: 0)),
            epochs: 1,
            batchSize: 16,
            seed: 6
        )
        let result = try Trainer(Sequential(network, seed: 1), recipe: recipe, training: data).fit()
        let mean = try #require(result.history.last?.metrics["loss"])
        // 64,000 draws with variance rate / (1 - rate): four deviations.
        let deviation = (Double(rate) / (1 - Double(rate)) / 64_000).squareRoot()
        #expect(abs(mean - 1) < 4 * deviation)
    }

    @Test(arguments: [
        (Targets.classes([0, 1, 3], count: 3), "3 in row 3"), (.values(Matrix(rows: 3, columns: 1)), "values"),
        (.classes([0, 1, 2], count: 7), "7"),
    ])
    func targetsThatDoNotFitAreRefused(targets: Targets, received: String) throws {
        let network = NetworkDescription(inputShape: [2], layers: [.dense(Dense(units: 3, activation: .softmax))])
        let data = Examples(inputs: Matrix(rows: 3, columns: 2), inputShape: [2], targets: targets)
        let error = #expect(throws: TrainingError.self) {
            try Trainer(
                Sequential(network, seed: 1),
                recipe: TrainingRecipe(loss: .sparseCategoricalCrossentropy()),
                training: data
            )
        }
        #expect(error?.description.contains(received) == true)
    }
}
