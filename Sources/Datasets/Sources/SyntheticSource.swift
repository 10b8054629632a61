internal import Support

/// Rows that are made up from a seed, for examples and tests.
///
/// Classification: each class is a cloud of points around a random center. Regression: a random linear function of the
/// inputs, plus a little noise.
package struct SyntheticSource: Codable, Sendable, Hashable {
    package let task: LearningTask
    package let rows: Int
    /// The number of inputs per row.
    package let inputs: Int
    /// The number of classes; 1 for regression.
    package let classes: Int
    package let seed: UInt64
    /// How far a center lies from the middle on average, in deviations of a cloud, whatever the number of inputs.
    package let separation: Double
    /// The deviation of the noise on the targets of a regression.
    package let noise: Double

    private init(
        task: LearningTask,
        rows: Int,
        inputs: Int,
        classes: Int,
        seed: UInt64,
        separation: Double,
        noise: Double
    ) {
        self.task = task
        self.rows = rows
        self.inputs = inputs
        self.classes = classes
        self.seed = seed
        self.separation = separation
        self.noise = noise
    }

    /// Clouds of points, the same number for each class but for a rest.
    package static func classification(
        rows: Int,
        inputs: Int,
        classes: Int,
        seed: UInt64,
        separation: Double = 4
    ) -> SyntheticSource {
        Self(
            task: .classification,
            rows: rows,
            inputs: inputs,
            classes: classes,
            seed: seed,
            separation: separation,
            noise: 0
        )
    }

    /// A linear function with weights of about one.
    package static func regression(rows: Int, inputs: Int, seed: UInt64, noise: Double = 0.1) -> SyntheticSource {
        Self(task: .regression, rows: rows, inputs: inputs, classes: 1, seed: seed, separation: 0, noise: noise)
    }

    private enum Stream: UInt64 { case centers = 1, points, weights, noise }

    /// The rows, and the class or the value of each.
    func generate(field name: String) throws -> (rows: RawRows, targets: RawTargets) {
        guard rows > 0, inputs > 0, classes > 0, rows <= Int.max / 8 / inputs else {
            throw DatasetError(
                .init("synthetic"),
                "\(rows) rows of \(inputs) inputs in \(classes) classes cannot be made",
                hint: "rows, inputs and classes are at least 1"
            )
        }
        let points = CounterRandom(seed: seed, stream: Stream.points.rawValue)
        var values = [Float](repeating: 0, count: rows * inputs)
        for index in values.indices { values[index] = Float(points.normal(at: UInt64(index))) }
        let targets = task == .classification ? addCenters(to: &values) : linearTargets(of: values)
        let field = Field(name, .number, shape: [inputs])
        return (RawRows(count: rows, columns: [RawColumn(field, .floats(values))]), targets)
    }

    private func addCenters(to values: inout [Float]) -> RawTargets {
        let random = CounterRandom(seed: seed, stream: Stream.centers.rawValue)
        let scale = separation / Double(inputs).squareRoot()
        let centers = (0..<classes * inputs).map { Float(scale * random.normal(at: UInt64($0))) }
        for row in 0..<rows {
            for input in 0..<inputs { values[row * inputs + input] += centers[row % classes * inputs + input] }
        }
        return .integers((0..<rows).map { $0 % classes })
    }

    private func linearTargets(of values: [Float]) -> RawTargets {
        let random = CounterRandom(seed: seed, stream: Stream.weights.rawValue)
        let weights = (0..<inputs).map { random.normal(at: UInt64($0)) }
        let errors = CounterRandom(seed: seed, stream: Stream.noise.rawValue)
        let targets = (0..<rows).map { row in
            (0..<inputs).reduce(noise * errors.normal(at: UInt64(row))) { sum, input in
                sum + weights[input] * Double(values[row * inputs + input])
            }
        }
        return .numbers(targets, width: 1)
    }
}
