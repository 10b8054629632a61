/// Cuts a stream of bytes where its content says so, so that a change moves only the cuts beside it.
///
/// FastCDC (Xia and others, USENIX ATC 2016) with its normalised chunking: a rolling "gear" hash, a harder condition
/// below the average size and an easier one above. The numbers are part of the format: other cuts would share nothing
/// with the packages that are there. `docs/format.md` states them.
@safe
package struct Chunker: ~Copyable {
    /// No chunk but the last one is smaller.
    package static let minimumSize = 256 << 10
    /// Where the condition becomes easier.
    package static let averageSize = 1 << 20
    /// No chunk is larger.
    package static let maximumSize = 4 << 20

    private static let hardMask: UInt64 = ~0 << 43
    private static let easyMask: UInt64 = ~0 << 45

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: maximumSize, alignment: 64)
    private let gear = Chunker.gearTable()
    private var filled = 0
    private var scanned = 0
    private var hash: UInt64 = 0

    package init() {}

    deinit { unsafe buffer.deallocate() }

    /// Appends `bytes`, and gives every chunk that is complete to `emit`.
    package mutating func append(_ bytes: RawSpan, emit: (RawSpan) throws -> Void) throws {
        var rest = bytes
        while rest.byteCount > 0 {
            let count = min(rest.byteCount, Chunker.maximumSize - filled)
            unsafe rest.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            }
            filled += count
            rest = rest.extracting(droppingFirst: count)
            while let cut = nextCut() { try remove(cut, emit) }
        }
    }

    /// Gives what is left to `emit`, as the last chunk.
    package mutating func finish(emit: (RawSpan) throws -> Void) throws {
        if filled > 0 { try remove(filled, emit) }
    }

    /// The end of the chunk that starts the buffer; `nil` when more bytes are needed to tell.
    private mutating func nextCut() -> Int? {
        guard filled > Chunker.minimumSize else { return nil }
        var position = max(scanned, Chunker.minimumSize)
        var hash = self.hash
        let bytes = unsafe UnsafeRawBufferPointer(buffer)
        let found: Bool = unsafe gear.withUnsafeBufferPointer { gear in
            let average = min(filled, Chunker.averageSize)
            while position < average {
                hash = unsafe hash << 1 &+ gear[Int(bytes[position])]
                position += 1
                if hash & Chunker.hardMask == 0 { return true }
            }
            while position < filled {
                hash = unsafe hash << 1 &+ gear[Int(bytes[position])]
                position += 1
                if hash & Chunker.easyMask == 0 { return true }
            }
            return false
        }
        (self.hash, scanned) = (hash, position)
        return found || filled == Chunker.maximumSize ? position : nil
    }

    private mutating func remove(_ count: Int, _ emit: (RawSpan) throws -> Void) throws {
        try unsafe emit(UnsafeRawBufferPointer(rebasing: buffer[..<count]).bytes)
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<(filled - count)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[count..<filled]))
        filled -= count
        (scanned, hash) = (0, 0)
    }

    /// 256 random words: SplitMix64 from the seed 0x9E3779B97F4A7C15.
    private static func gearTable() -> [UInt64] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<256).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
