import Datasets
import Kernels
import NeuralNetwork
import Support
import Testing

/// Every kind of layer: the kernels against the reference, and the reference against central differences.
struct LayerComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int]
        let layers: [Layer]
        var rows = 5
        /// Inputs are whole numbers below it.
        var integers: Int?
        var testDescription: String { name }

        init(_ name: String, _ shape: [Int], _ layers: [Layer], rows: Int = 5, integers: Int? = nil) {
            self.name = name
            self.shape = shape
            self.layers = layers
            self.rows = rows
            self.integers = integers
        }
    }

    static func conv2D(
        _ filters: Int,
        _ size: [Int],
        strides: [Int] = [1, 1],
        dilation: [Int] = [1, 1],
        padding: Padding = .valid,
        activation: Activation = .tanh,
        useBias: Bool = true
    ) -> Layer {
        .conv2D(
            Conv2D(
                filters: filters,
                kernelSize: size,
                strides: strides,
                dilationRate: dilation,
                options: ConvolutionOptions(
                    padding: padding,
                    activation: activation,
                    useBias: useBias,
                    biasInitializer: .randomUniform(minval: 0.05, maxval: 0.2)
                )
            )
        )
    }

    private static func conv1D(
        _ filters: Int,
        _ size: Int,
        strides: Int = 1,
        dilation: Int = 1,
        padding: Padding = .valid
    ) -> Layer {
        .conv1D(
            Conv1D(
                filters: filters,
                kernelSize: size,
                strides: strides,
                dilationRate: dilation,
                options: ConvolutionOptions(padding: padding, activation: .tanh)
            )
        )
    }

    private static func recurrent(
        _ kind: RecurrentKind,
        _ units: Int,
        sequences: Bool = false,
        backwards: Bool = false,
        _ change: (inout Recurrent) -> Void = { _ in }
    ) -> Recurrent {
        var layer = Recurrent(kind, units: units, returnSequences: sequences)
        layer.goBackwards = backwards
        layer.biasInitializer = .randomUniform(minval: -0.3, maxval: 0.3)
        change(&layer)
        return layer
    }

    static let convolutions: [Case] = [
        Case("one place", [1, 1, 1], [conv2D(1, [1, 1])]),
        Case("3x3 of one channel", [7, 9, 1], [conv2D(5, [3, 3])]),
        Case("3x3, 16 channels, twice", [8, 8, 16], [conv2D(16, [3, 3]), conv2D(32, [3, 3])]),
        Case(
            "same, odd channels",
            [6, 5, 3],
            [conv2D(7, [3, 3], padding: .same), conv2D(17, [3, 3], padding: .same)]
        ),
        Case(
            "same, even window",
            [6, 5, 3],
            [conv2D(4, [2, 4], padding: .same), conv2D(3, [4, 2], padding: .same)]
        ),
        Case(
            "strides 2, same",
            [9, 8, 5],
            [conv2D(6, [3, 3], padding: .same), conv2D(20, [3, 3], strides: [2, 2], padding: .same)]
        ),
        Case("strides 3 and 2", [11, 12, 4], [conv2D(3, [2, 2]), conv2D(18, [2, 3], strides: [3, 2])]),
        Case("strides beyond the window", [9, 9, 3], [conv2D(4, [1, 1]), conv2D(5, [1, 1], strides: [2, 3])]),
        Case(
            "dilation",
            [12, 11, 3],
            [
                conv2D(4, [1, 1]), conv2D(9, [3, 2], dilation: [2, 3]),
                conv2D(5, [2, 2], dilation: [2, 1], padding: .same),
            ]
        ),
        Case(
            "without bias, relu",
            [10, 10, 4],
            [conv2D(33, [3, 3], activation: .relu, useBias: false), conv2D(2, [3, 3])]
        ),
        Case("wide", [4, 40, 2], [conv2D(130, [3, 3]), conv2D(3, [1, 1])]),
        Case("1d", [17, 3], [conv1D(5, 4), conv1D(19, 3, strides: 2)]),
        Case("1d, causal", [13, 2], [conv1D(4, 3, dilation: 2, padding: .causal), conv1D(3, 2, padding: .causal)]),
        Case("1d, same", [10, 3], [conv1D(6, 5, padding: .same), conv1D(6, 4, strides: 3, padding: .same)]),
        Case(
            "depthwise",
            [8, 7, 5],
            [
                conv2D(18, [1, 1]),
                .depthwiseConv2D(
                    DepthwiseConv2D(
                        kernelSize: [3, 3],
                        strides: [2, 1],
                        options: ConvolutionOptions(padding: .same, activation: .tanh)
                    )
                ),
            ]
        ),
        Case(
            "depthwise, several of each",
            [6, 6, 3],
            [
                conv2D(3, [2, 2]),
                .depthwiseConv2D(
                    DepthwiseConv2D(
                        kernelSize: [2, 3],
                        dilationRate: [2, 1],
                        depthMultiplier: 7,
                        options: ConvolutionOptions(activation: .relu)
                    )
                ),
            ]
        ),
    ]

    static let shapes: [Case] = [
        Case("max pooling", [8, 8, 3], [conv2D(5, [3, 3]), .pooling2D(Pooling2D(.max))]),
        Case(
            "max pooling, left over",
            [9, 8, 3],
            [conv2D(18, [3, 3]), .pooling2D(Pooling2D(.max, poolSize: [2, 3]))]
        ),
        Case(
            "max pooling, same, side by side",
            [7, 5, 2],
            [conv2D(3, [1, 1]), .pooling2D(Pooling2D(.max, poolSize: [2, 2], padding: .same))]
        ),
        Case(
            "max pooling, with gaps",
            [9, 8, 2],
            [conv2D(3, [1, 1]), .pooling2D(Pooling2D(.max, poolSize: [2, 1], strides: [3, 2]))]
        ),
        Case(
            "overlapping, same",
            [7, 7, 2],
            [conv2D(4, [1, 1]), .pooling2D(Pooling2D(.max, poolSize: [3, 3], strides: [2, 2], padding: .same))]
        ),
        Case(
            "average, same",
            [7, 6, 3],
            [conv2D(17, [1, 1]), .pooling2D(Pooling2D(.average, poolSize: [3, 2], strides: [2, 1], padding: .same))]
        ),
        Case(
            "1d pooling",
            [11, 3],
            [conv1D(5, 2), .pooling1D(Pooling1D(.max)), .pooling1D(Pooling1D(.average, poolSize: 3))]
        ),
        Case(
            "few gradients, in place",
            [9, 11, 3],
            [conv2D(16, [2, 2]), conv2D(21, [3, 3], activation: .relu), .pooling2D(Pooling2D(.max))]
        ),
        Case(
            "few gradients, with zeros around",
            [8, 9, 2],
            [
                conv2D(6, [2, 1]), conv2D(35, [3, 3], strides: [1, 2], padding: .same),
                .pooling2D(Pooling2D(.max, poolSize: [3, 2])),
                conv2D(16, [2, 1]),
            ]
        ),
        Case(
            "few gradients of a long run",
            [6, 9, 20],
            [
                conv2D(13, [1, 1]), conv2D(5, [2, 5], activation: .relu),
                .pooling2D(Pooling2D(.max, poolSize: [2, 2])),
            ]
        ),
        Case(
            "few gradients, 1d",
            [30, 5],
            [conv1D(9, 2), conv1D(18, 4, strides: 2, padding: .same), .pooling1D(Pooling1D(.max, poolSize: 4))]
        ),
        Case("global average", [5, 4, 3], [conv2D(9, [2, 2]), .globalPooling(GlobalPooling(.average, axes: 2))]),
        Case("global largest", [9, 4], [conv1D(5, 3), .globalPooling(GlobalPooling(.max, axes: 1))]),
        Case(
            "padding and reshaping",
            [24],
            [
                .reshape(Reshape([4, -1, 2])), conv2D(3, [1, 1]),
                .zeroPadding2D(ZeroPadding2D([[1, 2], [0, 3]])), conv2D(4, [3, 3]),
            ]
        ),
        Case(
            "embedding",
            [6],
            [.embedding(Embedding(inputDim: 11, outputDim: 5)), conv1D(4, 2), .flatten],
            integers: 12
        ),
    ]

    /// Convolutions that keep only what the pooling behind them takes.
    static let pooled: [Case] = [
        Case(
            "pooled, few channels",
            [9, 8, 1],
            [conv2D(18, [3, 3], activation: .relu), .pooling2D(Pooling2D(.max))]
        ),
        Case(
            "pooled, three channels, with zeros around both",
            [9, 11, 3],
            [
                conv2D(35, [3, 2], padding: .same, activation: .relu),
                .pooling2D(Pooling2D(.max, poolSize: [2, 3], padding: .same)),
            ]
        ),
        Case(
            "pooled twice, linear",
            [14, 13, 2],
            [
                conv2D(16, [3, 3], activation: .linear), .pooling2D(Pooling2D(.max)),
                conv2D(37, [3, 3], padding: .same, activation: .linear, useBias: false),
                .pooling2D(Pooling2D(.max, poolSize: [3, 2], strides: [3, 3], padding: .same)),
            ]
        ),
        Case(
            "pooled, five lines, strides and gaps",
            [15, 16, 5],
            [
                conv2D(9, [2, 2]), conv2D(20, [5, 3], strides: [1, 2], dilation: [2, 1], activation: .relu),
                .pooling2D(Pooling2D(.max, poolSize: [2, 2], strides: [3, 2])),
            ],
            rows: 3
        ),
        Case(
            "pooled, the whole image",
            [7, 6, 2],
            [
                conv2D(8, [2, 2], activation: .relu), conv2D(19, [3, 3], activation: .relu),
                .globalPooling(GlobalPooling(.max, axes: 2)),
            ]
        ),
        Case(
            "pooled, long lines",
            [6, 8, 60],
            [conv2D(66, [3, 2]), conv2D(4, [3, 3], activation: .relu), .pooling2D(Pooling2D(.max))],
            rows: 2
        ),
        Case(
            "pooled, and changed where it is",
            [6, 6, 3],
            [conv2D(4, [3, 3], activation: .relu), .pooling2D(Pooling2D(.max)), .activation(ActivationLayer(.tanh))]
        ),
    ]

    /// A convolution behind another or behind the inputs, and max pooling behind it, of a shape that the seed chooses.
    ///
    /// None of these seeds has a kink of relu or pooling within the step of the central differences.
    private static func randomPooled(_ seed: Int) -> Case {
        var draws = Draws(seed: UInt64(2000 + seed))
        func draw(_ range: ClosedRange<Int>) -> Int { draws.next(in: range) }
        let isFirst = draw(0...1) == 0
        let channels = draw(1...20)
        let dilation = [draw(1...2), draw(1...2)]
        let options: (padding: Padding, pool: Padding) = (
            draw(0...1) == 0 ? .valid : .same, draw(0...1) == 0 ? .valid : .same
        )
        let convolution = conv2D(
            draw(1...40),
            [draw(1...3), draw(1...4)],
            strides: [dilation[0] > 1 ? 1 : draw(1...2), dilation[1] > 1 ? 1 : draw(1...2)],
            dilation: dilation,
            padding: options.padding,
            activation: draw(0...1) == 0 ? .relu : .linear
        )
        let size = [draw(1...3), draw(1...3)]
        let pooling = Pooling2D(
            .max,
            poolSize: size,
            strides: [size[0] + draw(0...1), size[1] + draw(0...1)],
            padding: options.pool
        )
        return Case(
            "pooled, random \(seed)",
            [draw(12...17), draw(14...19), isFirst ? channels : draw(1...3)],
            (isFirst ? [] : [conv2D(channels, [1, 2])]) + [convolution, .pooling2D(pooling)],
            rows: draw(1...4)
        )
    }

    /// Layers of the other kinds one behind the other, of a kind and a shape that the seed chooses.
    private static func randomNetwork(_ seed: Int) -> Case {
        var draws = Draws(seed: UInt64(3000 + seed))
        func draw(_ range: ClosedRange<Int>) -> Int { draws.next(in: range) }
        func coin() -> Bool { draw(0...1) == 0 }
        func convolution() -> ConvolutionOptions {
            ConvolutionOptions(padding: coin() ? .same : .valid, activation: .tanh, useBias: coin())
        }
        let rows = draw(1...9)
        switch seed % 4 {
        case 0:
            let layers: [Layer] = [
                .dense(Dense(units: draw(1...70), activation: .tanh, useBias: coin())),
                .dense(Dense(units: draw(4...60), activation: .tanh)),
                .layerNormalization(LayerNormalization(center: coin(), scale: coin())),
                .dense(Dense(units: draw(1...50), activation: .sigmoid)),
            ]
            return Case("random, dense \(seed)", [draw(1...80)], layers, rows: rows)
        case 1:
            let kinds: [RecurrentKind] = [.simpleRNN, .lstm, .gru]
            func layer(sequences: Bool) -> Layer {
                .recurrent(
                    recurrent(kinds[draw(0...2)], draw(1...37), sequences: sequences, backwards: coin()) {
                        $0.resetAfter = coin()
                        $0.useBias = coin()
                    }
                )
            }
            let layers = [layer(sequences: true), layer(sequences: coin())]
            return Case("random, recurrent \(seed)", [draw(1...7), draw(1...20)], layers, rows: rows)
        case 2:
            let layers: [Layer] = [
                .conv1D(
                    Conv1D(filters: draw(1...40), kernelSize: draw(1...4), strides: draw(1...2), options: convolution())
                ),
                .pooling1D(
                    Pooling1D(coin() ? .max : .average, poolSize: draw(1...3), strides: draw(1...3), padding: .same)
                ),
            ]
            return Case("random, one axis \(seed)", [draw(9...30), draw(1...20)], layers, rows: rows)
        default:
            let layers: [Layer] = [
                .conv2D(Conv2D(filters: draw(1...33), kernelSize: [draw(1...3), draw(1...3)], options: convolution())),
                .depthwiseConv2D(
                    DepthwiseConv2D(
                        kernelSize: [draw(1...3), draw(1...3)],
                        strides: [draw(1...2), draw(1...2)],
                        depthMultiplier: draw(1...3),
                        options: convolution()
                    )
                ),
                .pooling2D(
                    Pooling2D(
                        coin() ? .max : .average,
                        poolSize: [draw(1...3), draw(1...3)],
                        strides: [draw(1...2), draw(1...2)],
                        padding: .same
                    )
                ),
            ]
            return Case("random, pictures \(seed)", [draw(7...12), draw(7...12), draw(1...5)], layers, rows: rows)
        }
    }

    static let normalizations: [Case] = [
        Case(
            "batch normalization of columns",
            [7],
            [.dense(Dense(units: 19, activation: .tanh)), .batchNormalization(BatchNormalization())],
            rows: 9
        ),
        Case(
            "batch normalization of channels",
            [5, 4, 3],
            [
                conv2D(6, [2, 2]), .batchNormalization(BatchNormalization(scale: false)), conv2D(18, [2, 2]),
                .batchNormalization(BatchNormalization(epsilon: 0.1, center: false)),
            ]
        ),
        Case("layer normalization", [7], [.dense(Dense(units: 19)), .layerNormalization(LayerNormalization())]),
        Case(
            "layer normalization of steps",
            [6, 5],
            [
                conv1D(3, 2), .layerNormalization(LayerNormalization(scale: false)), conv1D(33, 1),
                .layerNormalization(LayerNormalization(center: false)),
            ]
        ),
        Case(
            "residual",
            [6, 6, 3],
            [
                conv2D(4, [3, 3], padding: .same),
                .residual(
                    Residual(
                        [conv2D(4, [3, 3], padding: .same), .batchNormalization(BatchNormalization())],
                        activation: .tanh
                    )
                ),
                .residual(
                    Residual(
                        [conv2D(8, [3, 3], strides: [2, 2], padding: .same), conv2D(8, [3, 3], padding: .same)],
                        shortcut: [conv2D(8, [1, 1], strides: [2, 2], activation: .linear, useBias: false)]
                    )
                ),
                .globalPooling(GlobalPooling(.average, axes: 2)),
            ]
        ),
        Case(
            "residual of columns",
            [40],
            [
                .dense(Dense(units: 70, activation: .relu)),
                .residual(Residual([.dense(Dense(units: 70, activation: .tanh)), .dense(Dense(units: 70))])),
            ]
        ),
    ]

    static let sequences: [Case] = [
        Case("simple rnn", [5, 3], [.recurrent(recurrent(.simpleRNN, 4))]),
        Case("lstm", [6, 3], [.recurrent(recurrent(.lstm, 5))]),
        Case(
            "lstm twice",
            [7, 4],
            [.recurrent(recurrent(.lstm, 19, sequences: true)), .recurrent(recurrent(.lstm, 16))],
            rows: 9
        ),
        Case(
            "lstm backwards",
            [4, 17],
            [
                .recurrent(recurrent(.lstm, 3, sequences: true, backwards: true)),
                .recurrent(recurrent(.lstm, 3, backwards: true)),
            ]
        ),
        Case("gru", [6, 3], [.recurrent(recurrent(.gru, 5))]),
        Case(
            "gru twice",
            [5, 4],
            [.recurrent(recurrent(.gru, 21, sequences: true)), .recurrent(recurrent(.gru, 33))],
            rows: 13
        ),
        Case(
            "gru, reset before",
            [5, 4],
            [
                .recurrent(recurrent(.gru, 18, sequences: true) { $0.resetAfter = false }),
                .recurrent(recurrent(.gru, 3) { $0.resetAfter = false }),
            ]
        ),
        Case(
            "other activations",
            [4, 3],
            [
                .recurrent(
                    recurrent(.lstm, 6, sequences: true) {
                        $0.activation = .softplus; $0.recurrentActivation = .tanh
                    }
                ),
                .recurrent(
                    recurrent(.gru, 5, sequences: true) {
                        $0.activation = .elu(alpha: 0.5); $0.useBias = false
                    }
                ),
                .recurrent(recurrent(.simpleRNN, 5) { $0.activation = .leakyReLU() }),
            ]
        ),
        Case(
            "bidirectional",
            [5, 3],
            [
                .bidirectional(Bidirectional(recurrent(.gru, 4, sequences: true))),
                .bidirectional(Bidirectional(recurrent(.lstm, 3))),
            ]
        ),
        Case(
            "bidirectional, product",
            [4, 3],
            [
                .bidirectional(Bidirectional(recurrent(.lstm, 5, sequences: true), mergeMode: .mul)),
                .bidirectional(Bidirectional(recurrent(.simpleRNN, 3, sequences: true), mergeMode: .sum)),
                .bidirectional(Bidirectional(recurrent(.gru, 3), mergeMode: .ave)),
            ]
        ),
    ]

    static let penalties: [Case] = {
        var dense = Dense(units: 7, activation: .tanh, biasInitializer: .randomUniform())
        dense.kernelRegularizer = Regularizer(l1: 0.01, l2: 0.02)
        dense.biasRegularizer = Regularizer(l1: 0.3)
        var convolution = Conv1D(filters: 5, kernelSize: 2)
        convolution.options.kernelRegularizer = Regularizer(l2: 0.1)
        let lstm = recurrent(.lstm, 4) { $0.recurrentRegularizer = Regularizer(l1: 0.1, l2: 0.1) }
        let embedding = Embedding(inputDim: 9, outputDim: 3, embeddingsRegularizer: Regularizer(l2: 0.2))
        return [
            Case("penalties", [5, 3], [.conv1D(convolution), .recurrent(lstm), .dense(dense)]),
            Case("a penalty on a table", [4], [.embedding(embedding), .flatten], integers: 9),
        ]
    }()

    static let cases =
        convolutions + shapes + pooled + (0..<24).map(randomPooled) + (0..<24).map(randomNetwork) + normalizations
        + sequences + penalties

    /// The layers of a case, made one axis and answered by two numbers.
    private func model(_ test: Case) throws -> Sequential {
        let layers = test.layers + [.flatten, .dense(Dense(units: 2))]
        return try Sequential(NetworkDescription(inputShape: test.shape, layers: layers), seed: 3)
    }

    private func data(_ test: Case) -> Examples {
        let width = test.shape.reduce(1, *)
        var inputs = Sample.matrix(test.rows, width, seed: 5)
        if let limit = test.integers {
            let random = Sample.random(6)
            let numbers = (0..<test.rows * width).map { Float(random.integer(at: UInt64($0), below: limit)) }
            inputs = Matrix(rows: test.rows, columns: width, values: numbers)
        }
        return Examples(
            inputs: inputs,
            inputShape: test.shape,
            targets: .values(Sample.matrix(test.rows, 2, seed: 7))
        )
    }

    @Test(arguments: cases, InstructionSet.available)
    func theKernelsGiveTheReferencesGradients(test: Case, set: InstructionSet) throws {
        let (model, data) = (try model(test), data(test))
        var reference = ReferenceNetwork(model)
        reference.isTraining = true
        let (inputs, targets) = (Sample.rows(data.inputs), Sample.targetRows(data.targets, width: 2))
        let expected = reference.gradients(.meanSquaredError, inputs: inputs, targets: targets)
        let loss = reference.loss(.meanSquaredError, inputs: inputs, targets: targets)
        func lossAndGradients(_ options: TrainingOptions) throws -> (loss: Double, gradients: [NamedTensor]) {
            let recipe = TrainingRecipe(loss: .meanSquaredError, batchSize: nil)
            return try Trainer(model, recipe: recipe, training: data, options: options).lossAndGradients()
        }
        let first = try lossAndGradients(TrainingOptions(threads: 1)).gradients
        for threads in [1, 2, 3] {
            let result = try lossAndGradients(TrainingOptions(threads: threads, instructionSet: set))
            #expect(abs(result.loss - loss) < 1e-5 * max(1, loss), "\(result.loss) instead of \(loss)")
            #expect(result.gradients.count == expected.count)
            for (tensor, expected) in zip(result.gradients, expected) {
                #expect(relativeError(tensor.values, expected) < 1e-4, "\(tensor.name), \(threads) threads")
            }
            #expect(result.gradients == first, "other bits with \(threads) threads")
        }
        reference.isTraining = false
        let outputs = try PackedNetwork(model, instructionSet: set).predict(data.inputs)
        #expect(relativeError(outputs.values, reference.predict(inputs).flatMap { $0 }) < 1e-5)
    }

    /// A picture that several threads share has the bits that one gives it.
    @Test(arguments: InstructionSet.available)
    func aPictureThatThreadsShareHasTheSameBits(set: InstructionSet) throws {
        let layers: [Layer] = [
            LayerComparisonTests.conv2D(24, [3, 3], padding: .same, activation: .relu), .pooling2D(Pooling2D(.max)),
            LayerComparisonTests.conv2D(40, [3, 3], strides: [1, 2], activation: .tanh),
            .residual(Residual([LayerComparisonTests.conv2D(40, [3, 3], padding: .same, activation: .linear)])),
            .globalPooling(GlobalPooling(.average, axes: 2)), .dense(Dense(units: 2)),
        ]
        let model = try Sequential(NetworkDescription(inputShape: [41, 37, 5], layers: layers), seed: 2)
        let rows = Sample.matrix(2, 41 * 37 * 5, seed: 3)
        let expected = try PackedNetwork(model, instructionSet: .baseline).predict(rows)
        for threads in [2, 3, 50] {
            let network = try PackedNetwork(model, threads: threads, instructionSet: set)
            #expect(try network.predict(rows) == expected)
            let alone = Matrix(rows: 1, columns: rows.columns, values: Array(rows.values.prefix(rows.columns)))
            #expect(try network.predict(alone).values == Array(expected.values.prefix(2)))
        }
    }

    @Test(arguments: cases)
    func theReferenceAgreesWithCentralDifferences(test: Case) throws {
        let (model, data) = (try model(test), data(test))
        var network = ReferenceNetwork(model)
        network.isTraining = true
        let (inputs, targets) = (Sample.rows(data.inputs), Sample.targetRows(data.targets, width: 2))
        let gradients = network.gradients(.meanSquaredError, inputs: inputs, targets: targets)
        let names = model.parameters.map(\.name).enumerated().filter { !$0.element.contains("moving_") }
        let step = 1e-5
        for (place, (parameter, name)) in names.enumerated() {
            // Some elements of each weight.
            let count = network.parameters[parameter].count
            for index in stride(from: 0, to: count, by: max(1, count / 7)) {
                let value = network.parameters[parameter][index]
                network.parameters[parameter][index] = value + step
                let above = network.loss(.meanSquaredError, inputs: inputs, targets: targets)
                network.parameters[parameter][index] = value - step
                let below = network.loss(.meanSquaredError, inputs: inputs, targets: targets)
                network.parameters[parameter][index] = value
                let expected = (above - below) / (2 * step)
                #expect(abs(expected - gradients[place][index]) < 1e-6 * max(1, abs(expected)), "\(name) [\(index)]")
            }
        }
    }

    /// A row has the same bits alone and in a batch, whatever the instruction set and the threads.
    @Test(arguments: cases)
    func aRowHasTheSameBitsAlone(test: Case) throws {
        let (model, data) = (try model(test), data(test))
        let expected = try PackedNetwork(model).predict(data.inputs)
        for set in InstructionSet.available {
            #expect(try PackedNetwork(model, threads: 2, instructionSet: set).predict(data.inputs) == expected)
        }
        let width = data.inputs.columns
        for row in 0..<test.rows {
            let alone = Matrix(
                rows: 1,
                columns: width,
                values: Array(data.inputs.all.values[row * width..<(row + 1) * width])
            )
            #expect(try PackedNetwork(model).predict(alone).values == Array(expected.values[row * 2..<row * 2 + 2]))
        }
    }
}
