import NeuralNetwork
import Testing

/// Limits and variances as Keras defines them (keras/src/initializers/random_initializers.py).
struct InitializerTests {
    struct Case: Sendable {
        let initializer: Initializer
        let variance: Double
        let limit: Double
    }

    // Fan-in 300, fan-out 100. A normal cut at two deviations has 0.8796 of the deviation and is scaled up for it.
    static let cases = [
        Case(initializer: .glorotUniform, variance: 2.0 / 400, limit: (6.0 / 400).squareRoot()),
        Case(initializer: .heUniform, variance: 2.0 / 300, limit: (6.0 / 300).squareRoot()),
        Case(initializer: .lecunUniform, variance: 1.0 / 300, limit: (3.0 / 300).squareRoot()),
        Case(initializer: .glorotNormal, variance: 2.0 / 400, limit: 2 * (2.0 / 400).squareRoot() / 0.8796),
        Case(initializer: .heNormal, variance: 2.0 / 300, limit: 2 * (2.0 / 300).squareRoot() / 0.8796),
        Case(initializer: .lecunNormal, variance: 1.0 / 300, limit: 2 * (1.0 / 300).squareRoot() / 0.8796),
        Case(initializer: .randomUniform(), variance: 0.01 / 12, limit: 0.05),
        Case(initializer: .randomNormal(), variance: 0.0025, limit: 1),
        Case(initializer: .truncatedNormal(), variance: 0.0025 * 0.7737, limit: 0.1),
    ]

    @Test(arguments: cases)
    func numbersHaveTheirVarianceAndLimit(test: Case) throws {
        let dense = Dense(units: 100, kernelInitializer: test.initializer)
        let model = try Sequential(NetworkDescription(inputShape: [300], layers: [.dense(dense)]), seed: 8)
        let values = model.parameters[0].values.map(Double.init)
        let mean = values.reduce(0, +) / 30_000
        let variance = values.reduce(0) { $0 + $1 * $1 } / 30_000
        // 30,000 numbers: the variance is known to about 1 percent, the mean to deviation / 173.
        #expect(abs(variance / test.variance - 1) < 0.04)
        #expect(abs(mean) < 4 * test.variance.squareRoot() / 173)
        #expect(values.allSatisfy { abs($0) <= test.limit * 1.0001 })
    }

    @Test func everyLayerHasNumbersOfItsOwn() throws {
        let layers: [Layer] = [.dense(Dense(units: 4)), .dense(Dense(units: 4))]
        let description = NetworkDescription(inputShape: [4], layers: layers)
        let model = try Sequential(description, seed: 8)
        #expect(model.parameters[0].values != model.parameters[2].values)
        #expect(try Sequential(description, seed: 8) == model)
        #expect(try Sequential(description, seed: 9) != model)
        #expect(model.parameters[1].values == [0, 0, 0, 0])
    }
}
