internal import Archiving
package import Support

/// What a package is made of: `model.json` in the version's tree.
///
/// It says how to put the package together (the chunks) and what is in it (the members). It holds no version number:
/// everything else refers to the digest.
package struct Manifest: JSONDocument, Hashable {
    package static let schema = Schema("model", 1)

    /// A piece of the package: one zstd frame, stored as one blob.
    package struct Chunk: Codable, Hashable, Sendable {
        /// The name of the git blob that holds the frame.
        package let blob: String
        /// The digest of the piece before compression.
        package let digest: Digest
        /// Its length before compression.
        package let size: Int

        package init(blob: String, digest: Digest, size: Int) {
            self.blob = blob
            self.digest = digest
            self.size = size
        }
    }

    /// A file in the package.
    package struct Member: Codable, Hashable, Sendable {
        package let path: String
        package let size: Int
        /// Where its content begins in the uncompressed tar.
        package let offset: Int
        package let digest: Digest

        package init(path: String, size: Int, offset: Int, digest: Digest) {
            self.path = path
            self.size = size
            self.offset = offset
            self.digest = digest
        }
    }

    /// The SHA-256 of the uncompressed tar: the identity of the package.
    package let digest: Digest
    /// The length of the uncompressed tar.
    package let size: Int
    /// What kind of model the members are.
    package let kind: PackageKind
    package let chunks: [Chunk]
    package let members: [Member]
    /// What it was made from.
    package let lineage: Lineage
    /// How and when it was made; outside the package, so that the same model has the same digest everywhere.
    package let produced: Provenance

    package init(
        digest: Digest,
        size: Int,
        kind: PackageKind,
        chunks: [Chunk],
        members: [Member],
        lineage: Lineage,
        produced: Provenance
    ) {
        self.digest = digest
        self.size = size
        self.kind = kind
        self.chunks = chunks
        self.members = members
        self.lineage = lineage
        self.produced = produced
    }

    /// The member called `path`.
    package func member(_ path: String) -> Member? { members.first { $0.path == path } }

    /// The members whose content lies in chunk number `index`.
    package func members(inChunk index: Int) -> [Member] {
        let start = chunks[..<index].reduce(0) { $0 + $1.size }
        let end = start + chunks[index].size
        return members.filter { $0.offset < end && $0.offset + max(1, $0.size) > start }
    }
}

/// What the members of a package are.
package enum PackageKind: String, Codable, Hashable, Sendable {
    /// A network of the built-in training core.
    case network
    /// Any files, kept as they are.
    case files
}

extension Manifest {
    /// Reads a manifest, and checks that it can describe a package.
    package init(reading bytes: [UInt8], source: String) throws {
        self = try JSON.decode(Manifest.self, from: bytes, source: source)
        try validate(source: source)
    }

    /// Checks every number before anything is allocated by it.
    private func validate(source: String) throws {
        func broken(_ message: String) -> PackageError { PackageError("\(source): \(message)") }
        guard chunks.count <= 1 << 20, members.count <= 1 << 20 else { throw broken("too many chunks or members") }
        var total = 0
        for chunk in chunks {
            guard (1...Chunker.maximumSize).contains(chunk.size) else {
                throw broken("a chunk has the size \(chunk.size)")
            }
            total += chunk.size
        }
        guard total == size else { throw broken("the chunks hold \(total) bytes, the package \(size)") }
        var previous: Member?
        for member in members {
            guard MemberPath.isSafe(member.path) else {
                throw broken("the name `\(member.path)` leads out of the package")
            }
            if let previous, !previous.path.utf8.lexicographicallyPrecedes(member.path.utf8) {
                throw broken("`\(member.path)` is out of order or there twice")
            }
            guard member.size >= 0, member.offset >= 0, member.size <= size, member.offset <= size - member.size else {
                throw broken("`\(member.path)` lies outside the package")
            }
            previous = member
        }
    }
}
