/// Numbers pieces of text in the order in which they first appear, by their bytes, without a copy for each look.
struct ByteTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// The number of a piece plus one, at a place that its hash gives; 0 is free.
    private var slots = [UInt32](repeating: 0, count: 64)

    var count: Int { ends.count }

    /// The pieces, in the order of their numbers.
    var keys: [ByteString] { (0..<count).map { ByteString(Array(self[$0])) } }

    private subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    /// The number of a piece, if it has one.
    func find(_ key: ArraySlice<UInt8>) -> Int? {
        let slot = slots[slot(of: key)]
        return slot == 0 ? nil : Int(slot) - 1
    }

    /// The number of a piece, which is the next free one for a new piece.
    mutating func insert(_ key: ArraySlice<UInt8>) -> Int {
        let place = slot(of: key)
        if slots[place] > 0 { return Int(slots[place]) - 1 }
        bytes += key
        ends.append(bytes.count)
        slots[place] = UInt32(count)
        if count * 2 > slots.count { grow() }
        return count - 1
    }

    /// Where a piece stands, or where it would be put.
    private func slot(of key: ArraySlice<UInt8>) -> Int {
        // The standard library's hash is seeded: no file can be made to slow it down.
        var hasher = Hasher()
        unsafe key.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        var place = hasher.finalize() & (slots.count - 1)
        while slots[place] > 0, self[Int(slots[place]) - 1] != key { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for index in 0..<count { slots[slot(of: self[index])] = UInt32(index + 1) }
    }
}
