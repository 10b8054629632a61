package import Support

extension CounterRandom {
    /// `count` random bytes.
    package func bytes(_ count: Int) -> [UInt8] {
        (0..<(count + 7) / 8).flatMap { index in
            let word = bits(at: UInt64(index))
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }.prefix(count).map { $0 }
    }
}
