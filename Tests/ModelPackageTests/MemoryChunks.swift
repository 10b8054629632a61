import ModelPackage
import Support

/// Chunks kept in memory, to be damaged at will.
final class MemoryChunks: ChunkSink, ChunkSource {
    var frames: [[UInt8]] = []
    var known: [Digest: String] = [:]

    func blob(holding digest: Digest) -> String? { known[digest] }

    func store(frame: RawSpan) throws -> String {
        frames.append((0..<frame.byteCount).map { unsafe frame.unsafeLoad(fromByteOffset: $0, as: UInt8.self) })
        return "\(frames.count - 1)"
    }

    func withFrame(blob: String, _ body: (RawSpan) throws -> [UInt8]) throws -> [UInt8] {
        guard let index = Int(blob), frames.indices.contains(index) else {
            throw PackageError("no blob \(blob)")
        }
        let frame = frames[index]
        return try body(frame.span.bytes)
    }

    /// Packs members of the given contents.
    static func pack(_ members: [(String, [UInt8])]) throws -> (MemoryChunks, Manifest) {
        let chunks = MemoryChunks()
        let manifest = try PackageWriter.write(
            members.map { MemberSource(path: $0.0, content: .bytes($0.1)) },
            kind: .files,
            lineage: Lineage(),
            produced: Provenance(time: Timestamp(seconds: 0), actor: "a", tool: "t"),
            to: chunks
        )
        return (chunks, manifest)
    }
}
