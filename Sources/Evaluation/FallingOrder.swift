/// The rows by falling value, for values that are not negative; rows of equal values stay in their order.
///
/// The bits of such numbers, read as integers, are in the order of the numbers. So they are dealt out by eleven bits at
/// a time, the lowest first, which takes six passes at most and compares nothing (Knuth, volume 3, section 5.2.5).
struct FallingOrder {
    /// The row at each place.
    let rows: [Int32]
    /// Whether the row at a place is the last of those with its value.
    let endsTie: [Bool]

    private struct Entry {
        /// The bits of the value, inverted, so that the largest comes first.
        var key: UInt64
        var row: Int32
    }

    private static let digitBits: UInt64 = 11
    private static let buckets = 1 << Int(digitBits)
    private static let passes = 6

    init(_ values: [Double]) {
        var entries: [Entry] = []
        entries.reserveCapacity(values.count)
        var counts = [Int](repeating: 0, count: FallingOrder.buckets * FallingOrder.passes)
        for row in values.indices {
            // Minus zero is zero.
            let key = ~(values[row] + 0).bitPattern
            entries.append(Entry(key: key, row: Int32(truncatingIfNeeded: row)))
            for pass in 0..<FallingOrder.passes {
                counts[pass * FallingOrder.buckets + FallingOrder.digit(key, pass)] += 1
            }
        }
        if !values.isEmpty { FallingOrder.sort(&entries, counts) }
        rows = entries.map(\.row)
        endsTie = entries.indices.map { place in
            place + 1 == entries.count || entries[place].key != entries[place + 1].key
        }
    }

    @inline(__always)
    private static func digit(_ key: UInt64, _ pass: Int) -> Int {
        Int(truncatingIfNeeded: key &>> (UInt64(truncatingIfNeeded: pass) &* digitBits)) & (buckets - 1)
    }

    private static func sort(_ entries: inout [Entry], _ counts: [Int]) {
        var other = entries
        for pass in 0..<passes {
            var starts = Array(counts[pass * buckets..<(pass + 1) * buckets])
            // A digit that all keys have moves nothing.
            if starts[digit(entries[0].key, pass)] == entries.count { continue }
            var sum = 0
            for bucket in starts.indices { (starts[bucket], sum) = (sum, sum + starts[bucket]) }
            for entry in entries {
                let bucket = digit(entry.key, pass)
                other[starts[bucket]] = entry
                starts[bucket] += 1
            }
            swap(&entries, &other)
        }
    }
}
