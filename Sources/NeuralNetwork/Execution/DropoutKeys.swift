internal import Support

/// The random numbers of dropout in one step.
struct DropoutKeys {
    /// A sequence per layer, with a number per step.
    let random: CounterRandom
    let step: Int
    /// The number in the whole batch of the first row that this process has.
    var firstRow = 0

    /// The key of a layer's mask; `place` are the numbers of the layer and of those that it stands in.
    func key(_ place: [Int]) -> UInt64 {
        place.reduce(random) { $0.substream(UInt64($1)) }.bits(at: UInt64(step))
    }
}

/// What the dropout kernel needs to know of a rate.
struct DropoutMask {
    /// A place is kept when its 32 random bits are at least this.
    let threshold: UInt32
    let scale: Float

    init(rate: Float) {
        threshold = UInt32(min(Double(rate) * 0x1p32, 0xFFFF_FFFF))
        scale = 1 / (1 - rate)
    }
}
