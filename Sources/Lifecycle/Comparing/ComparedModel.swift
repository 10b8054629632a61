internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Support

/// One side of a comparison: a version, or a run that is none yet.
struct ComparedModel {
    /// A file of the package.
    struct Member {
        let path: String
        let size: Int
        let digest: Digest
    }

    let source: ModelSource
    let model: String
    let title: String
    /// What to type to mean it: `fashion@v1.2.0`, or `run:3`.
    let reference: String
    let kind: PackageKind
    /// `nil` for a run, which is not packed yet.
    let digest: Digest?
    let files: ModelFiles
    let members: [Member]
    /// The pieces that are stored; `nil` for a run.
    let chunks: [Manifest.Chunk]?
    let metrics: [String: Double]
    /// What the metrics were measured on, such as `validation`.
    let measuredOn: String?
    let isImported: Bool

    /// Reads `run:3`, or what means a version.
    ///
    /// Throws ``StoreError``: no such version or run (14), a damaged package (12), a run that is not finished (15).
    init(_ text: String, in invocation: Invocation) async throws {
        guard text.hasPrefix("run:") else {
            try await self.init(version: ModelReference(text), in: invocation)
            return
        }
        guard let number = Int(text.dropFirst("run:".count)) else {
            throw StoreError(.usage, "`\(text)` names no run", hints: ["for example run:3; mlops runs shows them"])
        }
        try self.init(run: number, in: invocation)
    }

    private init(version: ModelReference, in invocation: Invocation) async throws {
        let store = try await invocation.openStore()
        let record = try await invocation.package(version, in: store)
        let package = try store.package(of: record)
        reference = "\(record.model)@\(record.version)"
        source = .version(try ModelReference(reference))
        (model, title, kind, digest) = (record.model, record.title, record.kind, record.digest)
        files = ModelFiles(package, source: record.title)
        members = package.manifest.members.map { Member(path: $0.path, size: $0.size, digest: $0.digest) }
        chunks = package.manifest.chunks
        (metrics, measuredOn) = (record.metrics?.values ?? [:], record.metrics?.data)
        isImported = record.lineage.imported != nil
    }

    private init(run number: Int, in invocation: Invocation) throws {
        let (_, directory) = try invocation.readProject()
        let run = try RunDirectory.open(number, in: directory)
        let record = try run.finishedRecord()
        source = .run(number)
        reference = "run:\(number)"
        (model, title, digest, chunks, isImported) = (record.model, "run \(number)", nil, nil, false)
        kind = record.trainer == nil ? .network : .files
        let folder = "\(run.path)/package"
        files = ModelFiles(folder: folder, source: title)
        members = try PackageFiles.members(at: folder, shownAs: title).map { member in
            let file = try File(reading: "\(folder)/\(member.path)")
            return Member(path: member.path, size: try file.size(), digest: try Digest(ofFile: file))
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        (metrics, measuredOn) = (record.metrics ?? [:], record.measuredOn)
    }
}
