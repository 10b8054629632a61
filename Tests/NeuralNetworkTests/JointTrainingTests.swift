import Datasets
import Kernels
import NeuralNetwork
import Support
import Testing

/// Several processes learn what one learns from batches as large as theirs together.
@Suite(.timeLimit(.minutes(60)))
struct JointTrainingTests {
    /// How many processes share which batch of 75 rows; some of them have no row in the last step.
    struct Sharing: Sendable, CustomTestStringConvertible {
        let processes: Int
        /// `nil` for all rows.
        let batch: Int?
        var testDescription: String { "\(processes) processes, batches of \(batch.map(String.init) ?? "all") each" }

        /// Last steps of 75, 11, 0 to 2, 1 and 75 rows.
        static let all = [
            Sharing(processes: 2, batch: 8), Sharing(processes: 4, batch: 8), Sharing(processes: 3, batch: 5),
            Sharing(processes: 2, batch: 37), Sharing(processes: 3, batch: nil), Sharing(processes: 2, batch: 100),
        ]
    }

    /// Dropout, penalties, weights of classes, a schedule, clipping and early stopping at once.
    static let layers: [Layer] = {
        var first = Dense(units: 70, activation: .relu)
        first.kernelRegularizer = Regularizer(l1: 0.001, l2: 0.01)
        first.biasRegularizer = Regularizer(l2: 0.1)
        return [
            .dense(first), .dropout(Dropout(rate: 0.4)), .dense(Dense(units: 40, activation: .gelu())),
            .dropout(Dropout(rate: 0.2)), .dense(Dense(units: 5, activation: .softmax)),
        ]
    }()

    static let normalized: [Layer] = [
        .dense(Dense(units: 20, activation: .relu)), .batchNormalization(BatchNormalization(momentum: 0.7)),
        .dense(Dense(units: 5, activation: .softmax)),
    ]

    static func recipe(batch: Int?, clipping: GradientClipping?, processes: Int?) -> TrainingRecipe {
        TrainingRecipe(
            loss: .sparseCategoricalCrossentropy(),
            schedule: LearningRateSchedule(.cosine(epochs: nil, final: 0.1), warmup: 0.5),
            clipping: clipping,
            epochs: 4,
            batchSize: batch,
            seed: 9,
            classWeights: [1, 2, 0.5, 1, 3],
            earlyStopping: EarlyStopping(patience: 1, restoreBestWeights: true),
            processes: processes
        )
    }

    static func trainer(
        _ layers: [Layer] = layers,
        batch: Int?,
        clipping: GradientClipping? = nil,
        options: TrainingOptions = TrainingOptions(threads: 1),
        resuming state: TrainingState? = nil
    ) throws -> Trainer {
        try Trainer(
            Sample.model(60, layers),
            recipe: recipe(batch: batch, clipping: clipping, processes: options.processes?.count),
            training: RepeatabilityTests.data,
            validation: RepeatabilityTests.validation,
            options: options,
            resuming: state
        )
    }

    /// What each process has learned.
    static func states(
        _ sharing: Sharing,
        _ layers: [Layer] = layers,
        clipping: GradientClipping? = nil,
        threads: Int = 1
    ) throws -> [TrainingState] {
        try Company.run(sharing.processes) { group in
            let options = TrainingOptions(threads: threads, processes: group)
            return try trainer(layers, batch: sharing.batch, clipping: clipping, options: options).fit().state
        }.map { try $0.get() }
    }

    @Test(arguments: Sharing.all, [nil] + RepeatabilityTests.clippings)
    func theyLoseWhatOneLoses(sharing: Sharing, clipping: GradientClipping?) throws {
        let batch = sharing.batch.map { $0 * sharing.processes }
        let alone = try Self.trainer(batch: batch, clipping: clipping).fit().state
        let states = try Self.states(sharing, clipping: clipping)
        #expect(states.allSatisfy { $0 == states[0] })
        let (expected, found) = (alone.position.history, states[0].position.history)
        #expect(expected.count == found.count && !expected.isEmpty)
        for (one, several) in zip(expected, found) {
            for (name, value) in one.metrics {
                // Sums of floats in another order: a few units in the last place each.
                let difference = abs((several.metrics[name] ?? .infinity) - value)
                #expect(difference <= 1e-5 * abs(value), "\(name) of epoch \(one.epoch)")
            }
        }
    }

    @Test(arguments: Sharing.all)
    func theyGiveTheSameBitsEveryTime(sharing: Sharing) throws {
        let states = try Self.states(sharing, clipping: .globalNorm(limit: 0.2))
        #expect(try Self.states(sharing, clipping: .globalNorm(limit: 0.2), threads: 2) == states)
    }

    @Test(arguments: Sharing.all)
    func theyShareMovingAverages(sharing: Sharing) throws {
        let states = try Self.states(sharing, Self.normalized)
        #expect(states.allSatisfy { $0 == states[0] })
        #expect(try Self.states(sharing, Self.normalized, threads: 2) == states)
        let averages = states[0].parameters.filter { $0.name.contains("moving") }
        #expect(averages.count == 2 && averages.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    }

    /// One of them hears of a stop; the checkpoint of the first is enough to go on with.
    @Test(arguments: [0, 1])
    func allStopAfterTheSameStep(rank: Int) throws {
        let sharing = Sharing(processes: 2, batch: 8)
        let expected = try Self.states(sharing, Self.normalized)
        let saved = try Company.run(2) { group -> TrainingState? in
            let cancellation = Cancellation()
            if group.rank == rank { cancellation.request(signal: 15) }
            let options = TrainingOptions(threads: 1, processes: group)
            let trainer = try Self.trainer(Self.normalized, batch: 8, options: options)
            var state: TrainingState?
            let observer = TrainingObserver(onCheckpoint: { state = $0 })
            #expect(throws: Cancelled(signal: 15)) {
                try trainer.fit(cancellation: cancellation, observer: group.rank == 0 ? observer : TrainingObserver())
            }
            return state
        }.map { try $0.get() }
        let checkpoint = try #require(saved[0])
        #expect(saved[1] == nil && checkpoint.position.step == 1)
        let states = try Company.run(2) { group in
            let options = TrainingOptions(threads: 1, processes: group)
            return try Self.trainer(Self.normalized, batch: 8, options: options, resuming: checkpoint).fit().state
        }.map { try $0.get() }
        #expect(states == expected)
    }

    @Test func allSeeALossThatIsNoNumber() throws {
        let results = Company.run(2) { group in
            var recipe = Self.recipe(batch: 8, clipping: nil, processes: 2)
            recipe.optimizer = .sgd(SGD(learningRate: 1e30))
            let options = TrainingOptions(threads: 1, processes: group)
            let model = try Sample.model(60, Self.layers)
            return try Trainer(
                model,
                recipe: recipe,
                training: RepeatabilityTests.data,
                validation: RepeatabilityTests.validation,
                options: options
            ).fit().state
        }
        let problems = results.map { result -> String in
            if case .failure(let error as TrainingError) = result { "\(error)" } else { "\(result)" }
        }
        #expect(problems[0].contains("diverged") && problems[0] == problems[1])
    }

    @Test func aRecipeIsForItsNumberOfProcesses() throws {
        let results = Company.run(2) { group in
            let recipe = Self.recipe(batch: 8, clipping: nil, processes: 3)
            let options = TrainingOptions(threads: 1, processes: group)
            let (model, data) = (try Sample.model(60, Self.layers), RepeatabilityTests.data)
            return try Trainer(model, recipe: recipe, training: data, validation: data, options: options).threads
        }
        for result in results { #expect(throws: TrainingError.self) { try result.get() } }
    }
}
