import Testing

/// Dense networks against Keras and PyTorch: every activation, loss and optimizer.
///
/// `Fixtures/keras_fixtures.py` and `Fixtures/pytorch_fixtures.py` made the numbers; the files name the versions.
struct FrameworkParityTests {
    static let keras = FrameworkFixture.cases("keras.json")
    static let pytorch = FrameworkFixture.cases("pytorch.json")

    @Test func theFixturesAreThere() throws {
        #expect(try FrameworkFixture(file: "keras.json").cases.count == 17)
        #expect(try FrameworkFixture(file: "pytorch.json").cases.count == 15)
    }

    @Test(arguments: keras)
    func agreesWithKeras(test: FrameworkFixture.Case) throws { try test.compare() }

    @Test(arguments: pytorch)
    func agreesWithPyTorch(test: FrameworkFixture.Case) throws { try test.compare() }
}
