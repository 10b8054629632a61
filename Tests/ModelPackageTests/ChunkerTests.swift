import ModelPackage
import Support
import TestSupport
import Testing

struct ChunkerTests {
    private func cuts(_ bytes: [UInt8], piece: Int = 1 << 20) throws -> [Digest] {
        var chunker = Chunker()
        var chunks: [Digest] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let part = Array(bytes[start..<min(start + piece, bytes.count)])
            try chunker.append(part.span.bytes) {
                chunks.append(Digest(of: $0))
            }
        }
        try chunker.finish { chunks.append(Digest(of: $0)) }
        return chunks
    }

    private func sizes(_ bytes: [UInt8]) throws -> [Int] {
        var chunker = Chunker()
        var sizes: [Int] = []
        try chunker.append(bytes.span.bytes) { sizes.append($0.byteCount) }
        try chunker.finish { sizes.append($0.byteCount) }
        return sizes
    }

    private static let random = CounterRandom(seed: 11, stream: 0).bytes(24 << 20)

    /// The cuts are part of the format: these are the sizes for 24 MiB of CounterRandom(seed: 11, stream: 0).
    @Test func theCutsAreWhatTheyAlwaysWere() throws {
        let sizes = try sizes(Self.random)
        #expect(sizes.reduce(0, +) == 24 << 20)
        #expect(Digest(of: Array("\(sizes)".utf8)).short == "673927a842da")
    }

    @Test func sizesKeepTheirLimits() throws {
        let sizes = try sizes(Self.random)
        #expect(sizes.dropLast().allSatisfy { (Chunker.minimumSize...Chunker.maximumSize).contains($0) })
        let average = Double(sizes.reduce(0, +)) / Double(sizes.count)
        #expect((0.6...1.6).contains(average / Double(Chunker.averageSize)))
        // Zeros have no content to cut by: every chunk is as large as it may be.
        #expect(try self.sizes([UInt8](repeating: 0, count: 9 << 20)).first == Chunker.maximumSize)
    }

    @Test(arguments: [1000, 65_536, 5 << 20])
    func theCutsDoNotDependOnThePieces(piece: Int) throws {
        let bytes = Array(Self.random.prefix(8 << 20))
        #expect(try cuts(bytes, piece: piece) == cuts(bytes))
    }

    @Test func anInsertionMovesOnlyTheCutsBesideIt() throws {
        var changed = Self.random
        changed.insert(contentsOf: [1, 2, 3], at: 9 << 20)
        let (before, after) = (try cuts(Self.random), try cuts(changed))
        #expect(Set(before).subtracting(after).count <= 3)
    }
}
