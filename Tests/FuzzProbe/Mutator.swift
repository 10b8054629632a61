internal import Support

/// Makes requests that are nearly right out of right ones.
struct Mutator {
    private let seeds: [[UInt8]]
    private let words: [[UInt8]]
    private let random: CounterRandom
    private var drawn: UInt64 = 0

    /// `words` are what may make a difference to the reader, such as brackets, escapes and numbers at the edge of a type.
    init(seeds: [[UInt8]], words: [[UInt8]], seed: UInt64, stream: UInt64) {
        self.seeds = seeds
        self.words = words
        random = CounterRandom(seed: seed, stream: stream)
    }

    private mutating func draw(below bound: Int) -> Int {
        drawn += 1
        return random.integer(at: drawn, below: bound)
    }

    /// The next input; the same one for the same seed, stream and place in the sequence.
    mutating func next() -> [UInt8] {
        var bytes = seeds[draw(below: seeds.count)]
        for _ in 0...draw(below: 4) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes += words[draw(below: words.count)] }
        let place = draw(below: bytes.count)
        let end = min(bytes.count, place + 1 + draw(below: 16))
        switch draw(below: 8) {
        case 0: bytes[place] ^= 1 << UInt8(draw(below: 8))
        case 1: bytes[place] = UInt8(draw(below: 256))
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.insert(contentsOf: words[draw(below: words.count)], at: place)
        case 5: bytes.replaceSubrange(place..<end, with: words[draw(below: words.count)])
        case 6: bytes.removeSubrange(place...)
        default:
            let other = seeds[draw(below: seeds.count)]
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[draw(below: other.count)...])
        }
    }
}
