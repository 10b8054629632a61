internal import Glibc
internal import ModelPackage
internal import ModelStore
internal import Support

/// The regular files at a path, as members of a package.
enum PackageFiles {
    /// The file, or all files of the directory, in no order that matters; messages call it `shown`.
    ///
    /// Throws ``StoreError``: a directory without files (14), links and devices (1).
    static func members(at path: String, shownAs shown: String) throws -> [MemberSource] {
        switch FileSystem.entryKind(at: path) {
        case .file: return [MemberSource(path: Path.name(path), content: .file(path))]
        case .directory:
            var members: [MemberSource] = []
            try collect(directory: path, prefix: "", into: &members)
            guard !members.isEmpty else {
                throw StoreError(
                    .notFound,
                    "`\(shown)` holds no files",
                    hints: ["name the file or the folder of the model"]
                )
            }
            return members
        case .symbolicLink, .other:
            throw StoreError(
                .failed,
                "`\(shown)` is neither a file nor a directory",
                hints: ["a package holds regular files: name the file itself, not a link, a pipe or a device"]
            )
        case nil: throw SystemError("open", path, number: ENOENT)
        }
    }

    private static func collect(directory: String, prefix: String, into members: inout [MemberSource]) throws {
        for name in try FileSystem.names(in: directory) {
            let path = "\(directory)/\(name)"
            switch FileSystem.entryKind(at: path) {
            case .file: members.append(MemberSource(path: prefix + name, content: .file(path)))
            case .directory: try collect(directory: path, prefix: "\(prefix)\(name)/", into: &members)
            case .symbolicLink, .other:
                throw StoreError(
                    .failed,
                    "`\(path)` is no regular file",
                    hints: ["a package holds regular files only; replace it by what it leads to, or leave it out"]
                )
            case nil: throw SystemError("open", path, number: ENOENT)
            }
        }
    }
}
