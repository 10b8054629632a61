/// Numbers pieces of text in the order in which they first appear, by their bytes, without a copy for each look.
struct ByteTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// The number of a piece plus one, below 32 bits of its hash, at a place that the hash gives; 0 is free.
    private var slots = [UInt64](repeating: 0, count: 64)

    /// A number that no file can know, so that none can be made whose pieces fall on one place.
    private let secret = ByteTable.secretOfProcess
    private static let secretOfProcess = UInt64.random(in: .min ... .max)

    var count: Int { ends.count }

    /// The pieces, in the order of their numbers.
    var keys: [ByteString] { (0..<count).map { ByteString(Array(self[$0])) } }

    /// The bytes of all pieces, one after the other, and where each ends.
    var storage: (bytes: [UInt8], ends: [Int]) { (bytes, ends) }

    init() {}

    /// Takes over pieces that are all different, as ``storage`` gives them.
    init(bytes: [UInt8], ends: [Int]) {
        self.bytes = bytes
        self.ends = ends
        var size = slots.count
        while size < count * 2 { size *= 2 }
        slots = slots(size: size)
    }

    /// The piece of a number.
    subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    /// The number of a piece, if it has one.
    func find(_ key: Span<UInt8>) -> Int? {
        let slot = slots[place(of: key, hash: hash(key))]
        return slot == 0 ? nil : Int(slot & 0xFFFF_FFFF) - 1
    }

    /// The number of a piece, which is the next free one for a new piece.
    mutating func insert(_ key: Span<UInt8>) -> Int {
        let hash = hash(key)
        let place = place(of: key, hash: hash)
        let slot = slots[place]
        if slot > 0 { return Int(slot & 0xFFFF_FFFF) - 1 }
        for index in key.indices { bytes.append(key[index]) }
        ends.append(bytes.count)
        slots[place] = ByteTable.slot(hash, number: count - 1)
        if count * 2 > slots.count {
            slots = slots(size: slots.count * 2)
        }
        return count - 1
    }

    /// Where a piece stands, or where it would be put.
    private func place(of key: Span<UInt8>, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] > 0 {
            if slots[place] >> 32 == hash >> 32, isPiece(Int(slots[place] & 0xFFFF_FFFF) - 1, key) { break }
            place = (place + 1) & mask
        }
        return place
    }

    private func isPiece(_ number: Int, _ key: Span<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == key.count else { return false }
        for index in key.indices where bytes[start + index] != key[index] { return false }
        return true
    }

    /// The slots for the pieces that are there.
    private func slots(size: Int) -> [UInt64] {
        var slots = [UInt64](repeating: 0, count: size)
        let mask = slots.count - 1
        let span = bytes.span
        for number in 0..<count {
            let hash = hash(span.extracting((number == 0 ? 0 : ends[number - 1])..<ends[number]))
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place] > 0 { place = (place + 1) & mask }
            slots[place] = ByteTable.slot(hash, number: number)
        }
        return slots
    }

    private static func slot(_ hash: UInt64, number: Int) -> UInt64 { hash & ~0xFFFF_FFFF | UInt64(number + 1) }

    /// Eight bytes at a time are multiplied into 128 bits, whose halves are folded.
    @inline(__always)
    private func hash(_ key: Span<UInt8>) -> UInt64 {
        let raw = unsafe key.bytes
        var state = secret ^ UInt64(truncatingIfNeeded: key.count)
        var position = 0
        while position + 8 <= key.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            state = ByteTable.mix(state ^ word)
            position += 8
        }
        var rest: UInt64 = 0
        while position < key.count {
            rest = rest << 8 | UInt64(key[position])
            position += 1
        }
        return ByteTable.mix(ByteTable.mix(state ^ rest) ^ secret)
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
