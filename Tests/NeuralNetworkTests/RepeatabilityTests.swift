import Datasets
import Kernels
import NeuralNetwork
import Support
import Testing

/// Equal recipes and data give equal bits: whatever the threads, the instruction set and the interruptions.
@Suite(.timeLimit(.minutes(60)))
struct RepeatabilityTests {
    static let layers: [Layer] = [
        .dense(Dense(units: 70, activation: .relu)), .dropout(Dropout(rate: 0.4)),
        .dense(Dense(units: 40, activation: .gelu())), .dropout(Dropout(rate: 0.2)),
        .dense(Dense(units: 5, activation: .softmax)),
    ]
    static let data = Sample.examples(75, 60, classes: 5, seed: 31, zeros: 0.5)
    static let validation = Sample.examples(20, 60, classes: 5, seed: 41, zeros: 0.5)
    static let optimizers: [Optimizer] = [
        .adam(Adam()), .sgd(SGD()), .sgd(SGD(momentum: 0.9)), .sgd(SGD(momentum: 0.9, nesterov: true)),
        .adamw(AdamW(weightDecay: 0.1)), .rmsprop(RMSprop()), .rmsprop(RMSprop(momentum: 0.5)),
        .rmsprop(RMSprop(centered: true)), .rmsprop(RMSprop(momentum: 0.5, centered: true)),
    ]
    static let clippings: [GradientClipping] = [.norm(limit: 0.1), .globalNorm(limit: 0.2), .value(limit: 0.01)]
    static let schedules: [LearningRateSchedule] = [
        LearningRateSchedule(.constant, warmup: 1.5), LearningRateSchedule(.step(every: 1.3, factor: 0.5)),
        LearningRateSchedule(.cosine(epochs: nil, final: 0.1), warmup: 0.5),
        LearningRateSchedule(.exponential(factor: 0.5, every: 0.7, staircase: false)),
        LearningRateSchedule(.plateau(rule: ReduceOnPlateau(patience: 0, minDelta: 10)), warmup: 0.2),
    ]

    static func recipe(
        _ optimizer: Optimizer = .adam(Adam()),
        schedule: LearningRateSchedule? = nil,
        clipping: GradientClipping? = nil
    ) -> TrainingRecipe {
        TrainingRecipe(
            loss: .sparseCategoricalCrossentropy(),
            optimizer: optimizer,
            schedule: schedule,
            clipping: clipping,
            epochs: 3,
            batchSize: 16,
            seed: 9,
            earlyStopping: EarlyStopping(patience: 5, restoreBestWeights: true)
        )
    }

    static func trainer(
        _ options: TrainingOptions = TrainingOptions(threads: 1),
        optimizer: Optimizer = .adam(Adam()),
        schedule: LearningRateSchedule? = nil,
        clipping: GradientClipping? = nil,
        resuming state: TrainingState? = nil
    ) throws -> Trainer {
        try Trainer(
            Sample.model(60, layers),
            recipe: recipe(optimizer, schedule: schedule, clipping: clipping),
            training: data,
            validation: validation,
            options: options,
            resuming: state
        )
    }

    @Test(arguments: [1, 2, 3, 4], InstructionSet.available)
    func threadsAndInstructionSetsChangeNoBit(threads: Int, set: InstructionSet) throws {
        let expected = try Self.trainer().fit()
        let result = try Self.trainer(TrainingOptions(threads: threads, instructionSet: set)).fit()
        #expect(result.state == expected.state)
        #expect(digest(result.model.parameters) == digest(expected.model.parameters))
    }

    @Test(arguments: clippings, InstructionSet.available)
    func norDoTheyWithClippedGradients(clipping: GradientClipping, set: InstructionSet) throws {
        let expected = try Self.trainer(clipping: clipping).fit()
        let options = TrainingOptions(threads: 3, instructionSet: set)
        #expect(try Self.trainer(options, clipping: clipping).fit().state == expected.state)
        #expect(expected.state != (try Self.trainer().fit().state))
    }

    @Test(arguments: optimizers, InstructionSet.available)
    func norDoTheyWithAnyOptimizer(optimizer: Optimizer, set: InstructionSet) throws {
        let expected = try Self.trainer(optimizer: optimizer).fit()
        let options = TrainingOptions(threads: 2, instructionSet: set)
        #expect(try Self.trainer(options, optimizer: optimizer).fit().state == expected.state)
    }

    @Test(arguments: optimizers)
    func storingTheGradientsChangesNoBit(optimizer: Optimizer) throws {
        let fused = try Self.trainer(optimizer: optimizer).fit()
        let kept = try Self.trainer(TrainingOptions(threads: 2, keepsGradients: true), optimizer: optimizer).fit()
        #expect(kept.state == fused.state)
    }

    @Test(arguments: [0, 1, 3, 5, 7, 13], optimizers)
    func aTrainingThatWasStoppedGoesOnWithTheSameBits(steps: Int, optimizer: Optimizer) throws {
        try Self.checkResuming(after: steps) { options, state in
            try Self.trainer(options, optimizer: optimizer, resuming: state)
        }
    }

    @Test(arguments: [1, 4, 5, 12], schedules)
    func soDoesItsLearningRate(steps: Int, schedule: LearningRateSchedule) throws {
        try Self.checkResuming(after: steps) { options, state in
            try Self.trainer(options, schedule: schedule, clipping: .globalNorm(limit: 0.3), resuming: state)
        }
    }

    private static func checkResuming(
        after steps: Int,
        _ trainer: (TrainingOptions, TrainingState?) throws -> Trainer
    ) throws {
        let expected = try trainer(TrainingOptions(threads: 1), nil).fit()
        var saved: TrainingState?
        let cancellation = Cancellation()
        let first = try trainer(TrainingOptions(threads: 2, progressInterval: 0, checkpointInterval: 0), nil)
        // Every step leaves a checkpoint here; the wanted one asks for the stop.
        let observer = TrainingObserver(onCheckpoint: { state in
            saved = state
            if state.position.step >= steps { cancellation.request(signal: 2) }
        })
        #expect(throws: Cancelled.self) { try first.fit(cancellation: cancellation, observer: observer) }
        let state = try #require(saved)
        #expect(state.position.step < 15)
        // Through the form in which it is saved.
        let bytes = try JSON.encode(state.position)
        let restored = try TrainingState(
            position: JSON.decode(TrainingPosition.self, from: bytes, source: "test"),
            tensors: state.tensors.reversed(),
            of: first.network
        )
        #expect(restored == state)
        let result = try trainer(TrainingOptions(threads: 1), restored).fit()
        #expect(result.state == expected.state)
        #expect(result.model == expected.model)
    }

    @Test func anotherSeedGivesOtherBits() throws {
        var recipe = Self.recipe()
        recipe.seed = 10
        let result = try Trainer(
            Sample.model(60, Self.layers),
            recipe: recipe,
            training: Self.data,
            validation: Self.validation
        ).fit()
        #expect(digest(result.model.parameters) != digest(try Self.trainer().fit().model.parameters))
    }

    @Test(arguments: [1, 2], InstructionSet.available)
    func aRowHasTheSameBitsAloneAndInAnyBatch(threads: Int, set: InstructionSet) throws {
        let model = try Sample.model(60, Self.layers)
        let predictor = try PackedNetwork(model, threads: threads, instructionSet: set)
        let all = try predictor.predict(Self.data.inputs)
        for row in 0..<Self.data.rows {
            let inputs = Array(Self.data.inputs.all.values[(row * 60)..<(row * 60 + 60)])
            #expect(try predictor.predict(row: inputs) == Array(all.values[(row * 5)..<(row * 5 + 5)]))
        }
        let tail = Matrix(rows: 33, columns: 60, values: Array(Self.data.inputs.all.values[(42 * 60)...]))
        #expect(try predictor.predict(tail).values == Array(all.values[(42 * 5)...]))
    }

    @Test func manyThreadsMayAskAtOnce() async throws {
        let predictor = try PackedNetwork(Sample.model(60, Self.layers), threads: 2)
        let inputs = Self.data.inputs
        let expected = try predictor.predict(inputs)
        try await withThrowingTaskGroup(of: Matrix.self) { group in
            for _ in 0..<20 { group.addTask { try predictor.predict(inputs) } }
            for try await outputs in group { #expect(outputs == expected) }
        }
    }
}
