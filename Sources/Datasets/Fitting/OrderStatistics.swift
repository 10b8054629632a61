/// Exact quantiles of numbers that come by several times, in memory that does not depend on how many there are.
///
/// The first pass counts the numbers by the leading bits of a key that sorts like them. That tells in which bucket each
/// wanted rank lies; every further pass counts by the next bits of these buckets, or collects a bucket that has become
/// small. Between two ranks is interpolated, as numpy does by default (Hyndman and Fan, 1996, type 7).
struct OrderStatistics {
    private static let digitBits = 12
    private static let digits = 1 << digitBits
    /// Numbers of a bucket that are collected instead of counted.
    private static let smallBucket = 4096

    /// The quantiles that are wanted, as shares of 0 to 1.
    private let shares: [Double]
    /// How many numbers there are; known after the first pass.
    private(set) var count = 0
    private var buckets = [Bucket(prefix: 0, isCollected: false, ranks: [])]
    /// The counts of the buckets that are counted, `digits` for each bucket.
    private var histogram = [UInt32](repeating: 0, count: OrderStatistics.digits)
    private var collected: [[UInt64]] = [[]]
    /// The bits of a key that the buckets' prefixes do not hold.
    private var restBits = 64
    private var found: [Int: Double] = [:]
    private var isFirstPass = true

    /// The numbers whose keys begin with the same bits.
    private struct Bucket {
        let prefix: UInt64
        let isCollected: Bool
        /// The ranks that are looked for, and what is left of each within the bucket.
        var ranks: [(rank: Int, rest: Int)]
    }

    init(shares: [Double]) {
        precondition(shares.allSatisfy { (0...1).contains($0) }, "a quantile lies between the least and the greatest")
        self.shares = shares
    }

    /// Looks at the numbers at every `width`th place from `place` on; what is missing does not count.
    mutating func observe(_ numbers: Span<Double>, place: Int, width: Int) {
        if isFirstPass { return countAll(numbers, place: place, width: width) }
        for bucket in buckets.indices {
            if buckets[bucket].isCollected {
                collect(numbers, place: place, width: width, bucket: bucket)
            } else {
                count(numbers, place: place, width: width, bucket: bucket)
            }
        }
    }

    private mutating func countAll(_ numbers: Span<Double>, place: Int, width: Int) {
        let shift = UInt64(64 - Self.digitBits)
        var counts = histogram.mutableSpan
        var total = 0
        var index = place
        while index < numbers.count {
            let number = numbers[index]
            index += width
            if number.isNaN { continue }
            total += 1
            counts[Int(Self.key(of: number) >> shift)] += 1
        }
        count += total
    }

    private mutating func count(_ numbers: Span<Double>, place: Int, width: Int, bucket: Int) {
        let (prefix, rest) = (buckets[bucket].prefix, UInt64(restBits))
        let shift = UInt64(max(restBits - Self.digitBits, 0))
        let mask = UInt64(1 << min(Self.digitBits, restBits)) - 1
        var counts = histogram.mutableSpan
        let first = bucket * Self.digits
        var index = place
        while index < numbers.count {
            let key = Self.key(of: numbers[index])
            index += width
            if key >> rest == prefix { counts[first + Int(key >> shift & mask)] += 1 }
        }
    }

    private mutating func collect(_ numbers: Span<Double>, place: Int, width: Int, bucket: Int) {
        let (prefix, rest) = (buckets[bucket].prefix, UInt64(restBits))
        var index = place
        while index < numbers.count {
            let key = Self.key(of: numbers[index])
            index += width
            if key >> rest == prefix { collected[bucket].append(key) }
        }
    }

    /// Ends a pass, and returns whether the numbers must come by again.
    mutating func needsAnotherPass() -> Bool {
        if isFirstPass {
            isFirstPass = false
            guard count > 0 else { return false }
            buckets[0].ranks = wantedRanks().map { ($0, $0) }
        }
        var next: [(bucket: Bucket, size: Int)] = []
        let bits = min(Self.digitBits, restBits)
        for (index, bucket) in buckets.enumerated() {
            if bucket.isCollected {
                let sorted = collected[index].sorted()
                for (rank, rest) in bucket.ranks { found[rank] = Self.number(of: sorted[rest]) }
            } else {
                split(bucket, index, bits, into: &next)
            }
        }
        restBits -= bits
        if restBits == 0 {
            for (bucket, _) in next {
                for (rank, _) in bucket.ranks { found[rank] = Self.number(of: bucket.prefix) }
            }
            next = []
        }
        buckets = next.map { bucket, size in
            Bucket(prefix: bucket.prefix, isCollected: size <= Self.smallBucket, ranks: bucket.ranks)
        }
        histogram = [UInt32](repeating: 0, count: buckets.count * Self.digits)
        collected = buckets.map { _ in [] }
        return !buckets.isEmpty
    }

    /// The quantiles, in the order of the shares; `nil` when there was no number.
    var quantiles: [Double]? {
        guard count > 0 else { return nil }
        return shares.map { share in
            let place = share * Double(count - 1)
            let (lower, upper) = (found[Int(place)] ?? .nan, found[Int(place.rounded(.up))] ?? .nan)
            let fraction = place - place.rounded(.down)
            if lower == upper || fraction == 0 { return lower }
            return fraction < 0.5
                ? lower + (upper - lower) * fraction : upper - (upper - lower) * (1 - fraction)
        }
    }

    private func wantedRanks() -> [Int] {
        let places = shares.map { $0 * Double(count - 1) }
        return Set(places.flatMap { [Int($0), Int($0.rounded(.up))] }).sorted()
    }

    /// Finds the smaller bucket of each rank by the counts of the next bits.
    private func split(_ bucket: Bucket, _ index: Int, _ bits: Int, into next: inout [(bucket: Bucket, size: Int)]) {
        var (before, digit) = (0, 0)
        for (rank, rest) in bucket.ranks {
            func size() -> Int { Int(histogram[index * Self.digits + digit]) }
            while before + size() <= rest {
                before += size()
                digit += 1
            }
            let prefix = bucket.prefix << UInt64(bits) | UInt64(digit)
            if next.last?.bucket.prefix == prefix {
                next[next.count - 1].bucket.ranks.append((rank, rest - before))
            } else {
                next.append((Bucket(prefix: prefix, isCollected: false, ranks: [(rank, rest - before)]), size()))
            }
        }
    }

    /// A whole number that sorts like the number; both zeros are one, and what is no number is in no bucket of one.
    private static func key(of number: Double) -> UInt64 {
        let bits = (number + 0).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    private static func number(of key: UInt64) -> Double {
        Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
    }
}

/// Exact quantiles of each value of a row.
struct OrderStatisticsOfColumns {
    private var statistics: [OrderStatistics]

    init(width: Int, shares: [Double]) {
        statistics = [OrderStatistics](repeating: OrderStatistics(shares: shares), count: width)
    }

    mutating func observe(_ block: FeatureBlock) {
        let numbers = block.numbers
        let width = statistics.count
        for place in statistics.indices { statistics[place].observe(numbers.span, place: place, width: width) }
    }

    mutating func needsAnotherPass() -> Bool {
        var needs = false
        for place in statistics.indices where statistics[place].needsAnotherPass() { needs = true }
        return needs
    }

    /// For each value of a row its quantiles.
    ///
    /// - Throws: ``DatasetError`` when a value is missing in all rows.
    func quantiles() throws -> [[Double]] {
        try statistics.map { statistics in
            guard let quantiles = statistics.quantiles else { throw DatasetError.nothingToLearn }
            return quantiles
        }
    }
}
