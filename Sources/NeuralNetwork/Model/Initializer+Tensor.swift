internal import Support

extension Initializer {
    /// A tensor of starting values; element `i` uses number `i` of the random sequence.
    ///
    /// The fan-in of a kernel `[inputs, units]` is its inputs, the fan-out its units; of a kernel `[height, width, channels,
    /// filters]` each times the places of the window (keras/src/initializers).
    func tensor(_ name: String, _ shape: [Int], random: CounterRandom) -> NamedTensor {
        let count = shape.reduce(1, *)
        let places = Double(shape.dropLast(2).reduce(1, *))
        let fanIn = places * Double(shape.dropLast().last ?? shape.last ?? 1)
        let fanOut = places * Double(shape.last ?? 1)
        let mean = (fanIn + fanOut) / 2
        let values: [Float] =
            switch self {
            case .zeros: [Float](repeating: 0, count: count)
            case .ones: [Float](repeating: 1, count: count)
            case .constant(let value): [Float](repeating: value, count: count)
            case .randomNormal(let mean, let stddev):
                (0..<count).map { Float(Double(mean) + Double(stddev) * random.normal(at: UInt64($0))) }
            case .randomUniform(let low, let high):
                (0..<count).map { Float(Double(low) + Double(high - low) * random.uniform(at: UInt64($0))) }
            case .truncatedNormal(let mean, let stddev):
                truncated(count, mean: Double(mean), deviation: Double(stddev), random)
            case .glorotUniform: uniform(count, variance: 1 / mean, random)
            case .heUniform: uniform(count, variance: 2 / fanIn, random)
            case .lecunUniform: uniform(count, variance: 1 / fanIn, random)
            case .glorotNormal: scaledNormal(count, variance: 1 / mean, random)
            case .heNormal: scaledNormal(count, variance: 2 / fanIn, random)
            case .lecunNormal: scaledNormal(count, variance: 1 / fanIn, random)
            case .orthogonal(let gain):
                orthogonal(rows: count / max(shape.last ?? 1, 1), columns: shape.last ?? 1, gain: Double(gain), random)
            }
        return NamedTensor(name: name, shape: shape, values: values)
    }

    /// Numbers between minus and plus `sqrt(3 * variance)`.
    private func uniform(_ count: Int, variance: Double, _ random: CounterRandom) -> [Float] {
        let limit = (3 * variance).squareRoot()
        return (0..<count).map { Float(limit * (2 * random.uniform(at: UInt64($0)) - 1)) }
    }

    /// Truncated normal numbers that have the variance after the truncation, as Keras's `VarianceScaling`.
    private func scaledNormal(_ count: Int, variance: Double, _ random: CounterRandom) -> [Float] {
        truncated(count, mean: 0, deviation: variance.squareRoot() / 0.87962566103423978, random)
    }

    /// Normal numbers no further than two deviations from the mean.
    private func truncated(_ count: Int, mean: Double, deviation: Double, _ random: CounterRandom) -> [Float] {
        (0..<count).map { index in
            // Draws again from a sequence of the element's own, so that every element depends on its index alone.
            let draws = random.substream(UInt64(index))
            var attempt: UInt64 = 0
            while abs(draws.normal(at: attempt)) > 2 { attempt += 1 }
            return Float(mean + deviation * draws.normal(at: attempt))
        }
    }

    /// A matrix whose rows, or columns if there are fewer of them, are at right angles and have the length of the gain
    /// (Saxe et al., 2013): normal random vectors, made so one after the other (Gram and Schmidt, twice for accuracy).
    private func orthogonal(rows: Int, columns: Int, gain: Double, _ random: CounterRandom) -> [Float] {
        let (length, count) = (max(rows, columns), min(rows, columns))
        var vectors: [[Double]] = []
        for vector in 0..<count {
            var values = (0..<length).map { random.normal(at: UInt64(vector * length + $0)) }
            for _ in 0..<2 {
                for other in vectors {
                    let share = zip(values, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for index in values.indices { values[index] -= share * other[index] }
                }
            }
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors.append(values.map { $0 / norm })
        }
        return (0..<rows * columns).map { index in
            let (row, column) = (index / columns, index % columns)
            return Float(gain * (rows < columns ? vectors[row][column] : vectors[column][row]))
        }
    }
}
