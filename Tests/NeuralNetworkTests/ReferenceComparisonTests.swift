import Datasets
import Kernels
import NeuralNetwork
import Testing

/// The kernels against the reference: loss, gradients and outputs, over shapes with 1, primes and partial tiles.
struct ReferenceComparisonTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let rows: Int
        let inputs: Int
        let units: Int
        let outputs: Int
        var zeros = 0.0
        var testDescription: String { "\(rows) rows, \(inputs)-\(units)-\(outputs), \(zeros) zeros" }
    }

    static let shapes = [
        Shape(rows: 1, inputs: 1, units: 1, outputs: 1), Shape(rows: 2, inputs: 3, units: 17, outputs: 1),
        Shape(rows: 7, inputs: 13, units: 31, outputs: 5), Shape(rows: 8, inputs: 16, units: 16, outputs: 16),
        Shape(rows: 13, inputs: 50, units: 100, outputs: 17), Shape(rows: 32, inputs: 49, units: 97, outputs: 10),
        Shape(rows: 33, inputs: 101, units: 130, outputs: 37), Shape(rows: 3, inputs: 64, units: 256, outputs: 64),
        Shape(rows: 32, inputs: 97, units: 131, outputs: 70, zeros: 0.6),
        Shape(rows: 1, inputs: 120, units: 113, outputs: 3, zeros: 0.9),
        Shape(rows: 70, inputs: 48, units: 80, outputs: 2, zeros: 0.7),
    ]

    @Test(arguments: shapes, InstructionSet.available)
    func everyShapeGivesTheReferencesGradients(shape: Shape, set: InstructionSet) throws {
        let layers: [Layer] = [
            .dense(Dense(units: shape.units, activation: .relu)), .dense(Dense(units: shape.units, activation: .tanh)),
            .dense(Dense(units: shape.outputs)),
        ]
        let data = Examples(
            inputs: Sample.matrix(shape.rows, shape.inputs, seed: 5, zeros: shape.zeros),
            inputShape: [shape.inputs],
            targets: .values(Sample.matrix(shape.rows, shape.outputs, seed: 6))
        )
        try compare(layers, .meanSquaredError, data, width: shape.outputs, set: set)
    }

    @Test(arguments: allActivations, InstructionSet.available)
    func everyActivationGivesTheReferencesGradients(activation: Activation, set: InstructionSet) throws {
        let layers: [Layer] = [
            .dense(Dense(units: 21, activation: activation)), .activation(ActivationLayer(activation)),
            .dense(Dense(units: 4, useBias: false)),
        ]
        try compare(layers, .meanSquaredError, Sample.examples(9, 11, values: 4, seed: 8), width: 4, set: set)
    }

    @Test(arguments: GradientCheckTests.losses, [1, 3, 19])
    func everyLossGivesTheReferencesGradients(test: (Loss, Activation), width: Int) throws {
        // One class is a network too, but softmax over one output has nothing to learn.
        let classes = max(width, 2)
        let layers: [Layer] = [
            .dense(Dense(units: 8, activation: .tanh)), .dense(Dense(units: width, activation: test.1)),
        ]
        let usesLabels = test.0.name == "sparse_categorical_crossentropy"
        guard width > 1 || !usesLabels else { return }
        let isCategorical = test.0.name == "categorical_crossentropy"
        guard width > 1 || !isCategorical else { return }
        let data = Sample.examples(10, 6, classes: classes, seed: 12)
        try compare(layers, test.0, data, width: width, set: .best)
    }

    @Test func classWeightsWeighTheRows() throws {
        let layers: [Layer] = [.dense(Dense(units: 3, activation: .softmax))]
        let data = Sample.examples(12, 5, classes: 3, seed: 21)
        try compare(
            layers,
            .sparseCategoricalCrossentropy(),
            data,
            width: 3,
            set: .best,
            classWeights: [0.5, 2, 3]
        )
    }

    private func compare(
        _ layers: [Layer],
        _ loss: Loss,
        _ data: Examples,
        width: Int,
        set: InstructionSet,
        classWeights: [Float]? = nil
    ) throws {
        let model = try Sample.model(data.inputs.columns, layers)
        let recipe = TrainingRecipe(loss: loss, batchSize: nil, classWeights: classWeights)
        let reference = ReferenceNetwork(model)
        let inputs = Sample.rows(data.inputs)
        let targets = Sample.targetRows(data.targets, width: width)
        var weights: [Double]?
        if let classWeights, case .classes(let labels, _) = data.targets {
            weights = labels.map { Double(classWeights[Int($0)]) }
        }
        let expected = reference.gradients(loss, inputs: inputs, targets: targets, weights: weights)
        let expectedLoss = reference.loss(loss, inputs: inputs, targets: targets, weights: weights)
        for threads in [1, 2] {
            let trainer = try Trainer(
                model,
                recipe: recipe,
                training: data,
                options: TrainingOptions(threads: threads, instructionSet: set)
            )
            let result = trainer.lossAndGradients()
            // Sums of up to some hundred terms in single precision, after three layers of functions good to 1e-7.
            #expect(abs(result.loss - expectedLoss) < 2e-6 * max(1, expectedLoss))
            for (tensor, expected) in zip(result.gradients, expected) {
                #expect(relativeError(tensor.values, expected) < 2e-5, "\(tensor.name), \(threads) threads")
            }
        }
        let outputs = try PackedNetwork(model, instructionSet: set).predict(data.inputs)
        let expectedOutputs = inputs.flatMap(reference.predict)
        #expect(relativeError(outputs.values, expectedOutputs) < 5e-6)
    }
}
