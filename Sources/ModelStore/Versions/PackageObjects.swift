internal import Git
internal import ModelPackage
internal import Support

/// Stores the chunks of a package as blobs.
final class PackageSink: ChunkSink {
    private let store: Store
    private var known: [Digest: String]
    /// Collects the objects until they are made durable together.
    var writer: LooseObjectWriter

    /// Chunks of `base`, a version that the new one may resemble, are used again without being compressed, if they are
    /// whole.
    init(store: Store, base: Manifest?) {
        self.store = store
        writer = LooseObjectWriter(repositoryAt: store.path)
        known = Dictionary(
            (base?.chunks ?? []).map { ($0.digest, $0.blob) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func blob(holding digest: Digest) -> String? {
        guard let blob = known[digest], let id = ObjectID(blob), store.repository.holds(id, .blob) else { return nil }
        return blob
    }

    func store(frame: RawSpan) throws -> String {
        try writer.write(.blob, frame, into: store.repository).description
    }
}

/// Reads the chunks of a package from blobs.
final class PackageSource: ChunkSource {
    private let store: Store

    init(store: Store) { self.store = store }

    func withFrame(blob: String, _ body: (RawSpan) throws -> [UInt8]) throws -> [UInt8] {
        guard let id = ObjectID(blob) else { throw PackageError("`\(blob)` is no name of a blob") }
        do {
            return try store.repository.withUncheckedBytes(of: id) { (bytes) throws(any Error) in try body(bytes) }
        } catch let error as GitError {
            // Gone or damaged: to the reader of a package that is the same.
            throw PackageError(error.description)
        }
    }
}
