internal import ModelPackage
package import ModelStore
package import Support

/// Unpacks a version into a directory.
package struct GetVersion: Sendable {
    package var reference: ModelReference
    package var destination: String

    package init(reference: ModelReference, destination: String) {
        self.reference = reference
        self.destination = destination
    }

    /// What was unpacked.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let version: VersionNumber
        package let digest: Digest
        package let directory: String
        package let bytes: Int
        package let members: [String]
        package let seconds: Double
    }

    /// Throws ``StoreError`` (15) when the directory exists: nothing is overwritten.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let record = try await invocation.package(reference, in: store)
        let path = invocation.resolve(destination)
        guard !FileSystem.exists(path) else {
            throw StoreError(
                .refused,
                "there is something at `\(destination)` already",
                hints: ["name a directory that does not exist yet: --to \(destination)-\(record.version)"]
            )
        }
        let stopwatch = Stopwatch()
        let package = try store.package(of: record)
        try invocation.unpack(package, to: path, title: record.title)
        return Report(
            model: record.model,
            version: record.version,
            digest: record.digest,
            directory: path,
            bytes: package.manifest.members.reduce(0) { $0 + $1.size },
            members: package.manifest.members.map(\.path),
            seconds: stopwatch.seconds
        )
    }
}

extension Invocation {
    /// Unpacks a package aside and renames it into place: the directory is there whole or not at all.
    ///
    /// `complete` may add something to the folder, whose path it gets, before it has its name.
    func unpack(
        _ package: PackageReader,
        to path: String,
        title: String,
        complete: (String) throws -> Void = { _ in }
    ) throws {
        let workshop: String
        do {
            try FileSystem.createDirectory(Path.parent(path))
            workshop = try FileSystem.createTemporaryDirectory(
                withPrefix: "\(Path.parent(path))/.tmp-\(Path.name(path))-"
            )
        } catch {
            throw SystemError("create", path, number: error.number)
        }
        defer {
            progress.finish()
            try? FileSystem.remove(workshop)
        }
        let aside = "\(workshop)/unpacked"
        try package.extract(to: aside, cancellation: cancellation) { done in
            progress.advance("unpacking \(title)", done: done, total: package.manifest.size, unit: .bytes, details: "")
        }
        try complete(aside)
        try FileSystem.rename(aside, to: path)
    }
}
