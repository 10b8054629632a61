import Foundation
import NeuralNetwork
import Support
import Testing

/// Learning rates against Keras's schedules and its callback; `Fixtures/schedules.py` made the numbers.
struct LearningRateTests {
    struct Fixture: Decodable, Sendable {
        struct Schedule: Decodable, Sendable {
            let decay: LearningRateSchedule.Decay
            let rates: [Double]
        }
        struct Plateau: Decodable, Sendable {
            let rule: ReduceOnPlateau
            let rates: [Double]
        }
        let rate: Double
        let steps: Int
        let epochs: Int
        let byStep: [Schedule]
        let figures: [Double]
        let onPlateau: [Plateau]
    }

    static func fixture() throws -> Fixture {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/schedules.json")
        return try JSON.decodePlain(Fixture.self, from: Array(Data(contentsOf: file)), source: "schedules.json")
    }

    @Test func schedulesAreKerass() throws {
        let fixture = try Self.fixture()
        #expect(fixture.byStep.count == 6)
        for test in fixture.byStep {
            let schedule = LearningRateSchedule(test.decay)
            for (index, expected) in test.rates.enumerated() {
                let (epoch, step) = index.quotientAndRemainder(dividingBy: fixture.steps)
                let factor = schedule.factor(epoch: epoch, step: step, of: fixture.steps, epochs: fixture.epochs)
                #expect(abs(factor * fixture.rate - expected) < 2e-6 * fixture.rate, "\(test.decay) at \(index)")
            }
        }
    }

    @Test func reductionsOnPlateausAreKerass() throws {
        let fixture = try Self.fixture()
        #expect(fixture.onPlateau.count == 3)
        for test in fixture.onPlateau {
            var position = PlateauPosition()
            for (epoch, (figure, expected)) in zip(fixture.figures, test.rates).enumerated() {
                position.judge(figure, by: test.rule, learningRate: fixture.rate)
                let rate = position.factor * fixture.rate
                #expect(abs(rate - expected) < 1e-6 * expected, "\(test.rule) at \(epoch)")
            }
            #expect(position.factor < 0.5)
        }
    }

    @Test func theWarmUpRisesInEqualSteps() {
        let schedule = LearningRateSchedule(.cosine(epochs: nil, final: 0), warmup: 2)
        let factors = (0..<20).map { schedule.factor(epoch: $0 / 5, step: $0 % 5, of: 5, epochs: 4) }
        for step in 0..<10 { #expect(abs(factors[step] - Double(step + 1) / 10) < 1e-12) }
        #expect(abs(factors[10] - 1) < 1e-12)
        #expect(zip(factors[10...], factors[11...]).allSatisfy { $0 > $1 })
        #expect(factors[19] < 0.03)
    }

    @Test func theHistoryHasTheRateOfEachEpoch() throws {
        var recipe = TrainingTests.recipe(.sgd(SGD(learningRate: 0.5)), epochs: 3, batchSize: 32)
        recipe.schedule = LearningRateSchedule(.step(every: 1, factor: 0.25))
        let result = try Trainer(
            Sequential(TrainingTests.linear, seed: 1),
            recipe: recipe,
            training: TrainingTests.line
        )
        .fit()
        #expect(result.history.map { $0.metrics["learning_rate"] } == [0.5, 0.125, 0.03125])
    }
}
