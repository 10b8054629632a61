import Datasets
import NeuralNetwork
import Support
import Testing

/// Layers whose weights stay as they are while the others learn.
struct FreezingTests {
    private static let layers: [Layer] = [
        .reshape(Reshape([6, 6, 1])),
        .conv2D(Conv2D(filters: 4, kernelSize: [3, 3], options: ConvolutionOptions(activation: .relu))),
        .batchNormalization(BatchNormalization()),
        .reshape(Reshape([16, 4])),
        .recurrent(Recurrent(.lstm, units: 5)),
        .dense(Dense(units: 6, activation: .tanh)),
        .dense(Dense(units: 3, activation: .softmax)),
    ]
    private static let data = Sample.examples(40, 36, classes: 3, seed: 5)

    private func train(_ frozen: [String]?, _ optimizer: Optimizer, clipping: GradientClipping? = nil) throws
        -> (before: Sequential, after: Sequential)
    {
        let model = try Sequential(NetworkDescription(inputShape: [36], layers: Self.layers), seed: 3)
        let recipe = TrainingRecipe(
            loss: .sparseCategoricalCrossentropy(),
            optimizer: optimizer,
            clipping: clipping,
            frozen: frozen,
            epochs: 2,
            batchSize: 8,
            seed: 1
        )
        let trainer = try Trainer(
            model,
            recipe: recipe,
            training: Self.data,
            options: TrainingOptions(threads: 2)
        )
        return (model, try trainer.fit().model)
    }

    @Test(arguments: [
        Optimizer.adam(Adam(learningRate: 0.01)), .adamw(AdamW(weightDecay: 0.5)), .sgd(SGD(momentum: 0.9)),
    ])
    func frozenWeightsKeepTheirBits(optimizer: Optimizer) throws {
        for frozen in [["conv2d", "batch_normalization"], ["lstm"], ["dense"], ["conv2d", "lstm", "dense_1"]] {
            for clipping in [nil, GradientClipping.globalNorm(limit: 0.1)] {
                let (before, after) = try train(frozen, optimizer, clipping: clipping)
                for (old, new) in zip(before.parameters, after.parameters) {
                    let layer = String(old.name.prefix { $0 != "/" })
                    #expect((old.values == new.values) == frozen.contains(layer), "\(old.name), \(frozen)")
                }
            }
        }
    }

    @Test func aLayerThatIsNotThereOrAllLayersCannotBeFrozen() {
        #expect(throws: TrainingError.self) { try train(["dense_7"], .adam(Adam())) }
        #expect(throws: TrainingError.self) {
            try train(["conv2d", "batch_normalization", "lstm", "dense", "dense_1"], .adam(Adam()))
        }
    }
}
