internal import ModelPackage
internal import ModelStore
internal import Support

/// A directory in which an environment is real: `<directory>/<model>/current` is what runs.
///
/// A version is unpacked aside into `releases/`, checked to the byte, and `current`, a symbolic link, is swapped in one
/// step: who opens a file through it gets the old version or the new one, never a mixture.
struct DirectoryTarget {
    /// What the policy calls it.
    let name: String
    private let base: String

    init(name: String, path: String, model: String) {
        self.name = name
        base = "\(path)/\(model)"
    }

    /// The name of the folder of a version.
    static func release(_ version: VersionReference) -> String { "\(version.version)-\(version.digest.short)" }

    /// Where a version is unpacked to.
    func folder(of version: VersionReference) -> String { "\(base)/releases/\(DirectoryTarget.release(version))" }

    /// The folder that `current` leads to; `nil` when nothing runs.
    var current: String? { FileSystem.targetOfSymbolicLink("\(base)/current").map(Path.name) }

    /// Unpacks a version aside, unless it is there and whole.
    func prepare(_ package: PackageReader, _ version: VersionReference, in invocation: Invocation) throws {
        let folder = folder(of: version)
        if FileSystem.isDirectory(folder) {
            if (try? isWhole(folder, package.manifest)) == true { return }
            try FileSystem.remove(folder)
        }
        let aside = "\(base)/releases/.tmp-\(DirectoryTarget.release(version))"
        try FileSystem.remove(aside)
        try package.extract(to: aside, cancellation: invocation.cancellation) { done in
            invocation.progress.advance(
                "unpacking \(version.version)",
                done: done,
                total: package.manifest.size,
                unit: .bytes,
                details: ""
            )
        }
        invocation.progress.finish()
        try FileSystem.rename(aside, to: folder)
        try FileSystem.syncDirectory(Path.parent(folder))
    }

    /// Lets `current` lead to a version that was prepared.
    func activate(_ version: VersionReference) throws {
        guard current != DirectoryTarget.release(version) else { return }
        try AtomicFile.replaceSymbolicLink("\(base)/current", with: "releases/\(DirectoryTarget.release(version))")
    }

    /// Removes the unpacked versions that no rollback needs soon.
    func prune(keeping versions: [VersionReference]) {
        let kept = Set(versions.map(DirectoryTarget.release) + [current].compactMap { $0 })
        for name in (try? FileSystem.names(in: "\(base)/releases")) ?? [] where !kept.contains(name) {
            // What cannot be removed now is removed after the next deployment.
            try? FileSystem.remove("\(base)/releases/\(name)")
        }
    }

    private func isWhole(_ folder: String, _ manifest: Manifest) throws -> Bool {
        try manifest.members.allSatisfy { member in
            let file = try File(reading: "\(folder)/\(member.path)")
            guard try file.size() == member.size else { return false }
            return try Digest(ofFile: file) == member.digest
        }
    }
}
