import Datasets
import Kernels
import NeuralNetwork
import Support
import Testing

/// Networks that answer have batch normalization in the weights before it: the same answers as layer after layer.
struct FoldingTests {
    private static func conv2D(
        _ filters: Int,
        _ size: [Int],
        activation: Activation = .linear,
        useBias: Bool = true
    ) -> Layer {
        LayerComparisonTests.conv2D(filters, size, activation: activation, useBias: useBias)
    }

    private static let normalization = Layer.batchNormalization(BatchNormalization())
    private static let relu = Layer.activation(ActivationLayer(.relu))

    private static let depthwise = Layer.depthwiseConv2D(
        DepthwiseConv2D(kernelSize: [2, 2], depthMultiplier: 3, options: ConvolutionOptions())
    )

    static let networks: [(name: String, shape: [Int], layers: [Layer])] = [
        ("dense", [7], [.dense(Dense(units: 19)), normalization, relu, .dense(Dense(units: 3)), normalization]),
        (
            "without scale, without shift, twice", [5, 6, 2],
            [
                conv2D(18, [2, 2]), .batchNormalization(BatchNormalization(epsilon: 0.1, scale: false)),
                .batchNormalization(BatchNormalization(center: false)), conv2D(3, [2, 2], useBias: false),
                normalization,
            ]
        ),
        (
            "behind an activation, where it stays", [5, 6, 2],
            [conv2D(4, [2, 2], activation: .relu), normalization, relu, normalization]
        ),
        ("before pooling", [9, 8, 1], [conv2D(20, [3, 3]), normalization, relu, .pooling2D(Pooling2D(.max))]),
        ("one axis", [9, 4], [.conv1D(Conv1D(filters: 5, kernelSize: 3)), normalization, relu]),
        ("by channel", [6, 6, 3], [depthwise, normalization, .activation(ActivationLayer(.tanh))]),
        ("first of all", [6, 6, 3], [normalization, relu, conv2D(2, [1, 1])]),
        (
            "in residual blocks", [6, 6, 3],
            [
                .residual(
                    Residual(
                        [
                            conv2D(8, [1, 1]), normalization, relu, conv2D(8, [1, 1]), normalization,
                            .residual(Residual([conv2D(8, [1, 1]), normalization, relu])),
                        ],
                        shortcut: [conv2D(8, [1, 1], useBias: false), normalization],
                        activation: .relu
                    )
                )
            ]
        ),
        ("softmax", [5], [.dense(Dense(units: 4)), normalization, .activation(ActivationLayer(.softmax))]),
    ]

    @Test(arguments: networks.indices, InstructionSet.available)
    func theAnswersAreTheReferences(number: Int, set: InstructionSet) throws {
        let network = FoldingTests.networks[number]
        let fresh = try Sequential(NetworkDescription(inputShape: network.shape, layers: network.layers), seed: 4)
        // As after a training: no average, scale or bias is what it began with.
        let random = Sample.random(11)
        let model = try Sequential(
            fresh.description,
            parameters: fresh.parameters.enumerated().map { index, parameter in
                let numbers = random.substream(UInt64(index))
                let isPositive = parameter.name.hasSuffix("moving_variance") || parameter.name.hasSuffix("gamma")
                let values = parameter.values.indices.map { place -> Float in
                    isPositive
                        ? Float(0.2 + 3 * numbers.uniform(at: UInt64(place)))
                        : parameter.values[place] + Float(0.5 * numbers.normal(at: UInt64(place)))
                }
                return NamedTensor(name: parameter.name, shape: parameter.shape, values: values)
            }
        )
        let rows = Sample.matrix(6, network.shape.reduce(1, *), seed: 8)
        let expected = ReferenceNetwork(model).predict(Sample.rows(rows)).flatMap { $0 }
        let outputs = try PackedNetwork(model, instructionSet: set).predict(rows)
        #expect(relativeError(outputs.values, expected) < 1e-5, "\(network.name)")
    }
}
