internal import Archiving
package import Support

/// Where the chunks of a package go.
package protocol ChunkSink: AnyObject {
    /// The name of the blob that already holds the chunk with this digest, if any.
    func blob(holding digest: Digest) -> String?

    /// Stores a frame and returns the name of its blob.
    func store(frame: RawSpan) throws -> String
}

/// A file that is to become a member.
package struct MemberSource: Sendable {
    /// Where the bytes are.
    package enum Content: Sendable {
        case bytes([UInt8])
        case file(String)
    }

    package let path: String
    package let content: Content

    package init(path: String, content: Content) {
        self.path = path
        self.content = content
    }
}

/// Packs members into a deterministic tar, cuts it, compresses the pieces and hands them to a sink.
///
/// Memory does not grow with the package: one piece is held at a time.
package final class PackageWriter {
    private let sink: any ChunkSink
    private var chunker = Chunker()
    private var compressor: FrameCompressor
    private var whole = DigestBuilder()
    private var chunks: [Manifest.Chunk] = []

    private init(sink: any ChunkSink) throws {
        self.sink = sink
        compressor = try FrameCompressor()
    }

    /// Packs `members`, whatever their order, and returns the manifest.
    ///
    /// `progress` hears the number of bytes packed so far. Throws ``PackageError`` for a name that is not safe or there
    /// twice, and for a file that changes while it is read.
    package static func write(
        _ members: [MemberSource],
        kind: PackageKind,
        lineage: Lineage,
        produced: Provenance,
        to sink: any ChunkSink,
        cancellation: Cancellation = Cancellation(),
        progress: (Int) -> Void = { _ in }
    ) throws -> Manifest {
        let sorted = members.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        for (index, member) in sorted.enumerated() {
            guard MemberPath.isSafe(member.path) else {
                throw PackageError("the name `\(member.path)` cannot be a member of a package", kind: .failed)
            }
            if index > 0, sorted[index - 1].path == member.path {
                throw PackageError("the member `\(member.path)` is there twice", kind: .failed)
            }
        }
        let writer = try PackageWriter(sink: sink)
        // SAFETY of the capture: the tar writer ends before this function does.
        var tar = try TarWriter { bytes in try writer.append(bytes) }
        var described: [Manifest.Member] = []
        for member in sorted {
            try cancellation.check()
            described.append(try writer.pack(member, into: &tar, cancellation, progress))
        }
        try tar.finish()
        let chunks = try writer.finish()
        return Manifest(
            digest: writer.whole.finish(),
            size: chunks.reduce(0) { $0 + $1.size },
            kind: kind,
            chunks: chunks,
            members: described,
            lineage: lineage,
            produced: produced
        )
    }

    private func pack(
        _ member: MemberSource,
        into tar: inout TarWriter,
        _ cancellation: Cancellation,
        _ progress: (Int) -> Void
    ) throws -> Manifest.Member {
        switch member.content {
        case .bytes(let bytes):
            let offset = try tar.beginMember(member.path, size: bytes.count)
            try unsafe tar.write(bytes.span.bytes)
            progress(tar.offset)
            return Manifest.Member(path: member.path, size: bytes.count, offset: offset, digest: Digest(of: bytes))
        case .file(let path):
            let file = try File(reading: path)
            let size = try file.size()
            let offset = try tar.beginMember(member.path, size: size)
            var digest = DigestBuilder()
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                try cancellation.check()
                var span = buffer.mutableSpan
                var target = unsafe span.mutableBytes
                let count = try file.read(into: &target)
                if count == 0 { break }
                let bytes = unsafe buffer.span.bytes.extracting(first: count)
                digest.update(bytes)
                try tar.write(bytes)
                progress(tar.offset)
            }
            return Manifest.Member(path: member.path, size: size, offset: offset, digest: digest.finish())
        }
    }

    private func append(_ bytes: RawSpan) throws {
        whole.update(bytes)
        try chunker.append(bytes) { try store($0) }
    }

    private func finish() throws -> [Manifest.Chunk] {
        try chunker.finish { try store($0) }
        return chunks
    }

    private func store(_ piece: RawSpan) throws {
        let digest = Digest(of: piece)
        let blob = try sink.blob(holding: digest) ?? compressor.withFrame(of: piece) { try sink.store(frame: $0) }
        chunks.append(Manifest.Chunk(blob: blob, digest: digest, size: piece.byteCount))
    }
}
