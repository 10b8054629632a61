import Datasets
import Testing

struct SyntheticTests {
    @Test func cloudsHaveTheirCentersApart() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .classification,
                train: .synthetic(.classification(rows: 3000, inputs: 5, classes: 3, seed: 7, separation: 20))
            )
        )
        guard case .classes(let labels, 3) = data.training.targets else {
            Issue.record("three classes were asked for")
            return
        }
        // Within a class the deviation is 1, whatever the centers; all rows together spread much further.
        let inputs = data.training.inputs.all
        for label in 0..<3 as Range<Int32> {
            let values = (0..<3000).filter { labels[$0] == label }.map { Double(inputs.values[$0 * 5]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(values.count == 1000)
            #expect(abs(variance - 1) < 0.2)
        }
        let all = (0..<3000).map { Double(inputs.values[$0 * 5]) }
        let mean = all.reduce(0, +) / 3000
        #expect(all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000 > 10)
    }

    @Test func theSameSeedGivesTheSameRows() throws {
        func data(seed: UInt64) throws -> Examples {
            try PreparedData(
                DatasetDescription(task: .regression, train: .synthetic(.regression(rows: 20, inputs: 4, seed: seed)))
            ).training
        }
        #expect(try data(seed: 3) == data(seed: 3))
        #expect(try data(seed: 3).inputs != data(seed: 4).inputs)
        #expect(try data(seed: 3).targets != data(seed: 4).targets)
    }

    @Test func impossibleNumbersAreRefused() {
        let source = DataSource.synthetic(.regression(rows: .max, inputs: .max, seed: 1))
        #expect(throws: DatasetError.self) { try PreparedData(DatasetDescription(task: .regression, train: source)) }
    }
}
