internal import ModelPackage
internal import ModelStore
internal import Support

extension DirectoryTarget {
    /// How closely the files of a directory are looked at.
    enum Scrutiny {
        /// Names and sizes: at once, whatever the size of the model.
        case sizes
        /// Every byte.
        case bytes
    }

    /// What keeps the directory from serving a version as it was registered; nothing when all is well.
    func problems(serving version: VersionReference, _ manifest: Manifest, by scrutiny: Scrutiny) -> [String] {
        let link = FileSystem.targetOfSymbolicLink("\(base)/current")
        guard link == DirectoryTarget.link(to: version) else {
            guard let link else {
                let isThere = FileSystem.exists("\(base)/current")
                return [isThere ? "`current` is no symbolic link" : "`current` is missing"]
            }
            return ["`current` leads to `\(link)`, not to `\(DirectoryTarget.link(to: version))`"]
        }
        let folder = "\(unpacked)/\(DirectoryTarget.folderName(of: version))"
        guard FileSystem.isDirectory(folder) else { return ["the folder `\(Path.name(folder))` is missing"] }
        return manifest.members.compactMap { problem(of: $0, in: folder, scrutiny) }
    }

    private func problem(of member: Manifest.Member, in folder: String, _ scrutiny: Scrutiny) -> String? {
        let path = "\(folder)/\(member.path)"
        guard FileSystem.exists(path) else { return "`\(member.path)` is missing" }
        do {
            let file = try File(reading: path)
            let size = try file.size()
            guard size == member.size else { return "`\(member.path)` has \(size) bytes, not \(member.size)" }
            guard scrutiny == .bytes else { return nil }
            return try Digest(ofFile: file) == member.digest ? nil : "`\(member.path)` has other bytes than registered"
        } catch {
            return "`\(member.path)` cannot be read: \(error)"
        }
    }
}

extension VersionRecord {
    /// The line to type to put right what an environment that serves the version has deployed.
    func mending(in environment: String) -> String { "mlops deploy \(model)@\(version) --env \(environment)" }
}
