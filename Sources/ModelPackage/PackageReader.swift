internal import Archiving
package import Support

/// Where the frames of a package come from.
package protocol ChunkSource: AnyObject {
    /// Lends the frame in the blob called `blob`.
    func withFrame(blob: String, _ body: (RawSpan) throws -> [UInt8]) throws -> [UInt8]
}

/// Reads a package and checks every byte against the manifest.
package final class PackageReader {
    package let manifest: Manifest
    private let source: any ChunkSource
    private var decompressor: FrameDecompressor

    package init(_ manifest: Manifest, from source: any ChunkSource) throws {
        self.manifest = manifest
        self.source = source
        decompressor = try FrameDecompressor()
    }

    /// Unpacks all members into a new folder, which must not exist yet, and makes them durable.
    ///
    /// What is unpacked is what the manifest says, to the byte, or an error is thrown and the folder removed.
    package func extract(
        to folder: String,
        cancellation: Cancellation = Cancellation(),
        progress: (Int) -> Void = { _ in }
    ) throws {
        let target = try ExtractionFolder(creatingAt: folder)
        do {
            try readMembers(cancellation: cancellation, progress: progress) { member, content in
                let file = try target.createFile(member.path)
                try content { try file.write($0) }
            }
            try target.sync()
        } catch {
            try? FileSystem.remove(folder)
            throw error
        }
    }

    /// Reads the whole package, keeping nothing, and throws when a byte is not what it was.
    package func verify(cancellation: Cancellation = Cancellation(), progress: (Int) -> Void = { _ in }) throws {
        try readMembers(cancellation: cancellation, progress: progress) { _, content in try content { _ in } }
    }

    /// Reads one member, and only the chunks that hold it.
    package func read(_ path: String) throws -> [UInt8] {
        guard let member = manifest.member(path) else {
            throw PackageError("the package has no member `\(path)`", kind: .notFound)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(member.size)
        var start = 0
        for (index, chunk) in manifest.chunks.enumerated() {
            let end = start + chunk.size
            let (first, last) = (max(start, member.offset), min(end, member.offset + member.size))
            if first < last { bytes += try piece(index)[(first - start)..<(last - start)] }
            start = end
        }
        guard Digest(of: bytes) == member.digest else { throw damaged([member]) }
        return bytes
    }

    /// Copies one member into a new file piece by piece, reading only the chunks that hold it.
    ///
    /// The file holds what the manifest says, to the byte, or an error is thrown and the file removed.
    package func copy(
        _ path: String,
        to destination: String,
        cancellation: Cancellation = Cancellation()
    ) throws {
        guard let member = manifest.member(path) else {
            throw PackageError("the package has no member `\(path)`", kind: .notFound)
        }
        let file = try FileReplacement(of: destination)
        var digest = DigestBuilder()
        var start = 0
        for (index, chunk) in manifest.chunks.enumerated() {
            let end = start + chunk.size
            let (first, last) = (max(start, member.offset), min(end, member.offset + member.size))
            if first < last {
                try cancellation.check()
                let bytes = Array(try piece(index)[(first - start)..<(last - start)])
                digest.update(bytes)
                try file.write(bytes)
            }
            start = end
        }
        guard digest.finish() == member.digest else { throw damaged([member]) }
        try file.commit(durable: false)
    }

    /// Goes through the package once; `visit` gets each member and a way to its content, which it must use.
    private func readMembers(
        cancellation: Cancellation,
        progress: (Int) -> Void,
        visit: (Manifest.Member, _ content: ((RawSpan) throws -> Void) throws -> Void) throws -> Void
    ) throws {
        var next = 0
        var whole = DigestBuilder()
        var done = 0
        try withoutActuallyEscaping(progress) { progress in
            var tar = try TarReader { [self] in
                try cancellation.check()
                guard next < manifest.chunks.count else { return [] }
                let bytes = try piece(next)
                whole.update(bytes)
                done += bytes.count
                progress(done)
                next += 1
                return bytes
            }
            for expected in manifest.members {
                guard let found = try tar.nextMember(), found.path == expected.path, found.size == expected.size
                else { throw damaged([expected]) }
                var digest = DigestBuilder()
                try visit(expected) { consume in
                    try tar.readContent { bytes in
                        digest.update(bytes)
                        try consume(bytes)
                    }
                }
                guard digest.finish() == expected.digest else { throw damaged([expected]) }
            }
            if let extra = try tar.nextMember() {
                throw PackageError("the package holds `\(extra.path)`, which its manifest does not list")
            }
        }
        while next < manifest.chunks.count {
            whole.update(try piece(next))
            next += 1
        }
        guard whole.finish() == manifest.digest else {
            throw PackageError("the package does not have the digest \(manifest.digest)")
        }
    }

    /// Chunk number `index`, decompressed and checked.
    private func piece(_ index: Int) throws -> [UInt8] {
        let chunk = manifest.chunks[index]
        let bytes: [UInt8]
        do {
            bytes = try source.withFrame(blob: chunk.blob) { try decompressor.decompress($0, size: chunk.size) }
        } catch let error as any Failure where error.kind == .integrity {
            throw damaged(manifest.members(inChunk: index), reason: error.description)
        }
        guard Digest(of: bytes) == chunk.digest else { throw damaged(manifest.members(inChunk: index)) }
        return bytes
    }

    private func damaged(_ members: [Manifest.Member], reason: String? = nil) -> PackageError {
        // A small package is one chunk: all of its members at once say no more than the first few.
        let shown = members.prefix(3).map { "`\($0.path)`" }.joined(separator: ", ")
        let names = members.isEmpty ? "the archive's end" : shown
        let more = members.count > 3 ? " and \(members.count - 3) more" : ""
        return PackageError(
            "damaged: \(names)\(more) of package \(manifest.digest.short) "
                + "\(members.count > 1 ? "are" : "is") not what was stored" + (reason.map { " (\($0))" } ?? ""),
            hints: PackageError.restoring
        )
    }
}
