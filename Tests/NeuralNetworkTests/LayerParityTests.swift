import NeuralNetwork
import Testing

/// Every kind of layer and each of its options against Keras and PyTorch.
///
/// `Fixtures/keras_layers.py` and `Fixtures/pytorch_layers.py` made the numbers; the files name the versions.
struct LayerParityTests {
    static let keras = FrameworkFixture.cases("keras-layers.json")
    static let pytorch = FrameworkFixture.cases("pytorch-layers.json")

    @Test func theFixturesAreThere() throws {
        #expect(try FrameworkFixture(file: "keras-layers.json").cases.count == 80)
        #expect(try FrameworkFixture(file: "pytorch-layers.json").cases.count == 74)
    }

    @Test func everyKindOfLayerOccurs() {
        let kinds = Self.keras.flatMap { types(of: $0.layers) }
        // What dropout sets to zero is random, and each framework's own choice.
        #expect(Set(kinds) == Set(Layer.types).subtracting(["dropout"]))
    }

    private func types(of layers: [NamedLayer]) -> [String] {
        layers.flatMap { layer -> [String] in
            switch layer.layer {
            case .residual(let residual): [layer.layer.type] + types(of: residual.layers + residual.shortcut)
            case .bidirectional(let both): [layer.layer.type, both.layer.kind.rawValue]
            default: [layer.layer.type]
            }
        }
    }

    @Test(arguments: keras)
    func agreesWithKeras(test: FrameworkFixture.Case) throws { try test.compare() }

    @Test(arguments: pytorch)
    func agreesWithPyTorch(test: FrameworkFixture.Case) throws { try test.compare() }
}
