/// Random numbers that are a function of a seed, a stream and a counter.
///
/// There is no state: number 17 of a stream is the same whoever asks, in whatever order and on however many threads.
/// That makes training reproducible and resumable. The mixing is the finalizer of SplitMix64 (Steele, Lea, Flood:
/// "Fast splittable pseudorandom number generators", 2014).
package struct CounterRandom: Sendable {
    private let key: UInt64

    /// A sequence of its own for each pair of `seed` and `stream`.
    package init(seed: UInt64, stream: UInt64) {
        key = CounterRandom.mix(seed &+ CounterRandom.mix(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// The sequence number `stream` below this one.
    package func substream(_ stream: UInt64) -> CounterRandom { CounterRandom(seed: key, stream: stream) }

    /// 64 random bits.
    package func bits(at index: UInt64) -> UInt64 {
        CounterRandom.mix(key &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A number in 0..<1, one of 2^53 equally likely ones.
    package func uniform(at index: UInt64) -> Double {
        Double(bits(at: index) >> 11) * 0x1p-53
    }

    /// A normally distributed number with mean 0 and deviation 1 (Box and Muller).
    package func normal(at index: UInt64) -> Double {
        let radius = (-2 * RepeatableMath.log(1 - uniform(at: 2 &* index))).squareRoot()
        return radius * RepeatableMath.cosine(ofTurns: uniform(at: 2 &* index &+ 1))
    }

    /// A number in 0..<bound.
    package func integer(at index: UInt64, below bound: Int) -> Int {
        Int(bits(at: index).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// The numbers 0..<count in random order (Fisher and Yates).
    package func permutation(_ count: Int) -> [Int32] {
        var order = (0..<Int32(count)).map { $0 }
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, integer(at: UInt64(last), below: last + 1))
        }
        return order
    }

    private static func mix(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
