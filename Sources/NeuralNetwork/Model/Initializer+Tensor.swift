internal import Support

extension Initializer {
    /// A tensor of starting values; element `i` uses number `i` of the random sequence.
    ///
    /// The fan-in of a kernel `[inputs, units]` is its inputs, the fan-out its units (keras/src/initializers).
    func tensor(_ name: String, _ shape: [Int], random: CounterRandom) -> NamedTensor {
        let count = shape.reduce(1, *)
        let fanIn = Double(shape.first ?? 1)
        let fanOut = Double(shape.last ?? 1)
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
}
