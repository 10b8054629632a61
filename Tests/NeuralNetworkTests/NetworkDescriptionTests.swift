import NeuralNetwork
import Support
import Testing

struct NetworkDescriptionTests {
    static let network = NetworkDescription(
        inputShape: [28, 28],
        layers: [
            .flatten, .dense(Dense(units: 512, activation: .leakyReLU(negativeSlope: 0.1))),
            .dropout(Dropout(rate: 0.5)),
            .dense(Dense(units: 10, useBias: false, kernelInitializer: .randomNormal(stddev: 0.1))),
            .activation(ActivationLayer(.softmax)),
        ]
    )

    @Test func layersAreNamedAsKerasNamesThem() {
        #expect(Self.network.layers.map(\.name) == ["flatten", "dense", "dropout", "dense_1", "activation"])
    }

    @Test func shapesFollowFromTheInput() throws {
        #expect(try Self.network.shapes() == [[784], [512], [512], [10], [10]])
    }

    @Test func parametersHaveKerassNamesAndShapes() throws {
        let model = try Sequential(Self.network, seed: 4)
        #expect(model.parameters.map(\.name) == ["dense/kernel", "dense/bias", "dense_1/kernel"])
        #expect(model.parameters.map(\.shape) == [[784, 512], [512], [512, 10]])
        #expect(model.parameterCount == 784 * 512 + 512 + 5120)
        #expect(try Sequential(Self.network, parameters: model.parameters) == model)
    }

    @Test func itSurvivesJSON() throws {
        let bytes = try JSON.encode(Self.network)
        #expect(try JSON.decode(NetworkDescription.self, from: bytes, source: "network.json") == Self.network)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"input_shape\""))
        #expect(text.contains("\"kernel_initializer\" : \"glorot_uniform\""))
        #expect(text.contains("\"negative_slope\""))
        #expect(text.contains("\"schema\" : \"network/1\""))
    }

    @Test(arguments: [
        TrainingRecipe(loss: .huber(delta: 2), optimizer: .sgd(SGD(momentum: 0.5, nesterov: true)), batchSize: nil),
        TrainingRecipe(
            loss: .binaryCrossentropy(fromLogits: true),
            classWeights: [1, 2],
            earlyStopping: EarlyStopping()
        ),
    ])
    func recipesSurviveJSON(recipe: TrainingRecipe) throws {
        let bytes = try JSON.encode(recipe)
        #expect(try JSON.decode(TrainingRecipe.self, from: bytes, source: "recipe.json") == recipe)
    }

    @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
        let text = #"{"schema": "network/1", "input_shape": [1], "layers": [{"name": "a", "type": "dens"}]}"#
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(NetworkDescription.self, from: Array(text.utf8), source: "network.json")
        }
        #expect(
            error?.description.contains("`dens` is no layer; expected one of activation, average_pooling1d") == true
        )
    }

    @Test(arguments: [
        ([Layer.dense(Dense(units: 3))], [28, 28], "layer 1 (`dense`): expected an input with one axis"),
        ([.flatten, .dense(Dense(units: 0))], [2, 2], "layer 2 (`dense`): expected units of at least 1, received 0"),
        ([.flatten, .dropout(Dropout(rate: 1))], [4], "layer 2 (`dropout`): expected a rate"),
        ([.activation(ActivationLayer(.softmax))], [4, 4], "layer 1 (`activation`): expected for softmax"),
        ([], [4], "expected at least one layer"), ([.flatten], [0], "expected a shape of positive sizes"),
    ])
    func impossibleShapesNameTheLayer(layers: [Layer], input: [Int], message: String) {
        let error = #expect(throws: LayerError.self) {
            try NetworkDescription(inputShape: input, layers: layers).shapes()
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func parametersOfAnotherNetworkAreRefused() throws {
        var parameters = try Sequential(Self.network, seed: 1).parameters
        parameters[1] = NamedTensor(name: "dense/bias", shape: [2], values: [1, 2])
        let error = #expect(throws: ParameterError.self) { try Sequential(Self.network, parameters: parameters) }
        #expect(
            error?.description == "parameter `dense/bias`: expected shape [512], received `dense/bias` of shape [2]"
        )
    }
}
