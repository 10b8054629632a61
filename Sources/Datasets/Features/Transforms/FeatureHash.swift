/// Gives each text one of a fixed number of places by its hash, for columns of many categories.
///
/// As scikit-learn's `FeatureHasher`: the place is the remainder of the MurmurHash3 of the text's bytes, and its sign
/// that of the hash, so that texts that fall together cancel out on average (Weinberger et al., "Feature hashing for
/// large scale multitask learning", 2009). A missing text gives zeros.
package struct FeatureHash: Transform {
    package static let key = "hash"
    /// The number of places.
    package let buckets: Int

    package func apply(to block: inout FeatureBlock) {
        let column = block.text
        let places = (0..<column.distinctCount).map { code -> (place: Int, sign: Double)? in
            let text = column.distinct(code)
            guard !text.isEmpty else { return nil }
            let hash = Int32(bitPattern: MurmurHash3.hash(text.span))
            return (Int(hash.magnitude) % buckets, hash >= 0 ? 1 : -1)
        }
        var numbers = [Double](repeating: 0, count: block.rows * buckets)
        for (row, code) in column.codes.enumerated() {
            if let (place, sign) = places[Int(code)] { numbers[row * buckets + place] = sign }
        }
        block.values = .numbers(numbers)
        block.width = buckets
    }

    package func names(of inputs: [String]) -> [String] { (0..<buckets).map { "\(inputs[0])#\($0)" } }
}

/// The hash function MurmurHash3 for 32 bits with the seed 0 (Austin Appleby, 2011, in the public domain).
enum MurmurHash3 {
    static func hash(_ bytes: Span<UInt8>) -> UInt32 {
        func mixed(_ word: UInt32) -> UInt32 { rotated(word &* 0xCC9E_2D51, 15) &* 0x1B87_3593 }
        func word(_ start: Int, _ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
        }
        var hash: UInt32 = 0
        let whole = bytes.count / 4 * 4
        for start in stride(from: 0, to: whole, by: 4) {
            hash = rotated(hash ^ mixed(word(start, 4)), 13) &* 5 &+ 0xE654_6B64
        }
        if whole < bytes.count { hash ^= mixed(word(whole, bytes.count - whole)) }
        hash ^= UInt32(truncatingIfNeeded: bytes.count)
        hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}
