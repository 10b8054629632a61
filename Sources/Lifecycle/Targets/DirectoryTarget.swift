internal import ModelPackage
internal import ModelStore
internal import Support

/// A directory in which an environment is real: `<directory>/<model>/current` is what runs.
///
/// A version is unpacked aside, checked to the byte, and renamed into `versions/`; `current`, a symbolic link, is swapped
/// in one step: who opens a file through it gets the old version or the new one, never a mixture.
///
/// Several deployments may be at it at once. Whatever changes `versions/` or `current` holds the lock of the target for
/// that moment; unpacking does not, so that a rollback never waits for a large model. A folder that somebody is about to
/// activate is locked as well, and is not pruned.
struct DirectoryTarget {
    /// What the policy calls it.
    let name: String
    let base: String
    var unpacked: String { "\(base)/versions" }

    init(name: String, path: String, model: String) {
        self.name = name
        base = "\(path)/\(model)"
    }

    /// The name of the folder of a version.
    static func folderName(of version: VersionReference) -> String { "\(version.version)-\(version.digest.short)" }

    /// Where `current` leads when a version runs.
    static func link(to version: VersionReference) -> String { "versions/\(folderName(of: version))" }

    /// The folder that `current` leads to; `nil` when nothing runs.
    var current: String? { FileSystem.targetOfSymbolicLink("\(base)/current").map(Path.name) }

    /// Whether something was deployed here before.
    var wasDeployedTo: Bool { FileSystem.targetOfSymbolicLink("\(base)/current")?.hasPrefix("versions/") == true }

    /// Whether `current` leads to the folder of a version that is there.
    func serves(_ version: VersionReference) -> Bool {
        FileSystem.targetOfSymbolicLink("\(base)/current") == DirectoryTarget.link(to: version)
            && FileSystem.isDirectory("\(base)/current")
    }

    /// Whether a version lies unpacked; what was unpacked was whole, and loaded.
    func isReady(_ version: VersionReference) -> Bool {
        FileSystem.isDirectory("\(unpacked)/\(DirectoryTarget.folderName(of: version))")
    }

    /// Takes hold of a version that lies unpacked, every byte as `manifest` has it; `nil` for one that does not.
    func claimReady(_ version: VersionReference, _ manifest: Manifest) throws -> PreparedVersion? {
        let folder = "\(unpacked)/\(DirectoryTarget.folderName(of: version))"
        guard let found = try PreparedVersion.claim(folder), isWhole(folder, manifest) else { return nil }
        return found
    }

    /// Unpacks a version aside, unless it is there and whole; nothing runs it yet.
    ///
    /// Throws ``PackageError`` (12) when a byte is not what it was, ``StoreError`` when a file stands where the directory
    /// should be.
    func prepare(
        _ package: PackageReader,
        _ version: VersionReference,
        in invocation: Invocation
    ) throws -> PreparedVersion {
        try createFolders()
        let folder = "\(unpacked)/\(DirectoryTarget.folderName(of: version))"
        let found = try PreparedVersion.claim(folder)
        if let found, isWhole(folder, package.manifest) { return found }
        let workshop = try Workshop(in: unpacked)
        defer { withExtendedLifetime(workshop) {} }
        let aside = "\(workshop.path)/\(DirectoryTarget.folderName(of: version))"
        defer { invocation.progress.finish() }
        try package.extract(to: aside, cancellation: invocation.cancellation) { done in
            invocation.progress.advance(
                "unpacking \(version.version)",
                done: done,
                total: package.manifest.size,
                unit: .bytes,
                details: ""
            )
        }
        return try locked {
            // Another deployment of the same version may have been faster: what it put there was whole.
            if let prepared = try PreparedVersion.claim(folder), prepared.identity != found?.identity {
                return prepared
            }
            if FileSystem.exists(folder) {
                try FileSystem.exchange(aside, with: folder)
            } else {
                try FileSystem.rename(aside, to: folder)
            }
            try FileSystem.syncDirectory(unpacked)
            guard let prepared = try PreparedVersion.claim(folder) else {
                throw StoreError(.conflict, "`\(folder)` was removed while it was being prepared")
            }
            return prepared
        }
    }

    /// Lets `current` lead to a prepared version, if that is what the ledger says at this moment.
    ///
    /// `ledger` is read under the lock of the target, so that of two deployments the one with the last word in the ledger
    /// has it here too, whichever comes first. Returns the name under which it keeps what stood in the place of the link
    /// and was none. Throws ``StoreError`` (13) when the ledger names another version by now.
    func activate(
        _ prepared: PreparedVersion,
        _ version: VersionReference,
        following ledger: () throws -> Deployment?
    ) throws -> String? {
        try locked {
            let deployment = try ledger()
            guard let deployment, deployment.serving == version else {
                throw StoreError(
                    .conflict,
                    "overtaken by deployment \(deployment?.revision ?? 0): "
                        + "\(deployment?.serving?.version.description ?? "nothing") (\(deployment?.actor ?? "somebody"))"
                )
            }
            guard FileSystem.isDirectory(prepared.folder) else {
                throw StoreError(.conflict, "`\(prepared.folder)` was removed before it could be activated")
            }
            let kept = serves(version) ? nil : try lead(to: version)
            prune(keeping: deployment.parachute)
            return kept
        }
    }

    /// Lets `current` lead to a version; a file or a directory that somebody put there is exchanged for the link, and kept.
    private func lead(to version: VersionReference) throws -> String? {
        let (path, link) = ("\(base)/current", DirectoryTarget.link(to: version))
        guard FileSystem.exists(path), FileSystem.targetOfSymbolicLink(path) == nil else {
            try AtomicFile.replaceSymbolicLink(path, with: link)
            return nil
        }
        var number = 1
        while FileSystem.entryKind(at: "\(base)/current.found-\(number)") != nil { number += 1 }
        let name = "current.found-\(number)"
        try FileSystem.createSymbolicLink("\(base)/\(name)", to: link)
        do {
            try FileSystem.exchange("\(base)/\(name)", with: path)
        } catch {
            if FileSystem.entryKind(at: "\(base)/\(name)") == .symbolicLink {
                try? FileSystem.removeFile("\(base)/\(name)")
            }
            throw error
        }
        try FileSystem.syncDirectory(base)
        return name
    }

    /// Removes the unpacked versions that no rollback needs soon, and what killed deployments left; not what somebody
    /// works with.
    private func prune(keeping versions: [VersionReference]) {
        // Links that a killed deployment never renamed; nobody else swaps links while the target is locked.
        for name in (try? FileSystem.names(in: base)) ?? [] {
            let isAside = name.hasPrefix("current.tmp-") || name.hasPrefix("current.found-")
            guard isAside, FileSystem.entryKind(at: "\(base)/\(name)") == .symbolicLink else { continue }
            try? FileSystem.removeFile("\(base)/\(name)")
        }
        let kept = Set(versions.map(DirectoryTarget.folderName) + [current].compactMap { $0 })
        for name in (try? FileSystem.names(in: unpacked)) ?? [] where !kept.contains(name) {
            let folder = "\(unpacked)/\(name)"
            guard let file = try? File(reading: folder), let lock = try? FileLock.take(file, .exclusive) else {
                continue
            }
            // What cannot be removed now is removed after the next deployment.
            try? FileSystem.remove(folder)
            _ = consume lock
        }
    }

    private func createFolders() throws {
        do {
            try FileSystem.createDirectory(unpacked)
        } catch {
            var file = unpacked
            while !FileSystem.exists(file), file != "/" { file = Path.parent(file) }
            guard !FileSystem.isDirectory(file) else { throw error }
            throw StoreError(
                .failed,
                "expected the directory `\(file)` to deploy to, found a file of that name",
                hints: ["move the file away, or deploy somewhere else: environments: in mlops.yaml"]
            )
        }
    }

    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        let file = try File(appendingTo: "\(base)/.lock")
        guard let lock = try FileLock.take(file, .exclusive, patience: 5) else {
            throw StoreError(
                .storeLocked,
                "another deployment is changing `\(name)`",
                hints: ["run the command again when it is done"]
            )
        }
        let result = try body()
        _ = consume lock
        return result
    }

    private func isWhole(_ folder: String, _ manifest: Manifest) -> Bool {
        manifest.members.allSatisfy { member in
            guard let file = try? File(reading: "\(folder)/\(member.path)"), (try? file.size()) == member.size else {
                return false
            }
            return (try? Digest(ofFile: file)) == member.digest
        }
    }
}

extension Deployment {
    /// The versions that stay unpacked: what is routed, the last good one, and the three good ones before.
    var parachute: [VersionReference] {
        let good = standing.filter { $0.verdict == .good }.prefix(3).map(\.target)
        var found: [VersionReference] = []
        for version in routes.map(\.target) + [shadow, lastGood?.target].compactMap({ $0 }) + good
        where !found.contains(version) { found.append(version) }
        return found
    }
}
