internal import NIOCore

/// How long answers took, in eight classes for each doubling from 100 µs on: no time is known to less than an eighth.
package struct LatencyHistogram: Sendable, Hashable {
    /// The classes of a doubling.
    static let classesPerOctave = 8
    private static let octaves = 18
    private static let shortest = 100_000.0

    /// The upper limits of the classes in seconds; what takes longer than the last is in a class of its own.
    static let limits: [Double] = (0...octaves * classesPerOctave).map { index in
        let (octave, eighth) = index.quotientAndRemainder(dividingBy: classesPerOctave)
        return shortest / 1e9 * Double(1 << octave) * (1 + Double(eighth) / Double(classesPerOctave))
    }

    private(set) var counts = [UInt64](repeating: 0, count: limits.count + 1)

    package init() {}

    /// Adds a time in nanoseconds.
    package mutating func add(nanoseconds: Int64) { counts[Self.place(of: Double(nanoseconds))] &+= 1 }

    mutating func add(_ time: TimeAmount) { add(nanoseconds: time.nanoseconds) }

    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
    }

    /// What was added since an earlier moment.
    func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var rest = self
        for index in counts.indices { rest.counts[index] &-= earlier.counts[index] }
        return rest
    }

    package var total: UInt64 { counts.reduce(0, &+) }

    /// The upper limit of the class that holds the value at a place in the order of size, from 1 on; `nil` where there is none.
    package func value(at rank: UInt64) -> Double? {
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if rank >= 1, seen >= rank { return index < Self.limits.count ? Self.limits[index] : .infinity }
        }
        return nil
    }

    /// The class of a time in nanoseconds: the first whose limit it does not exceed.
    private static func place(of nanoseconds: Double) -> Int {
        let ratio = nanoseconds / shortest
        guard ratio > 1 else { return 0 }
        // The exponent of a floating-point number is the doubling, and the first bits behind it are the eighth.
        let eighth = ((ratio.significand - 1) * Double(classesPerOctave)).rounded(.up)
        return min(Int(ratio.exponent) * classesPerOctave + Int(eighth), limits.count)
    }
}
