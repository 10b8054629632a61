internal import Glibc
internal import Support

/// The refs of a repository that have a file of their own.
enum LooseReferences {
    /// The object in the file of a ref; `nil` when it has none.
    ///
    /// A symbolic ref is followed by ``Repository/reference(_:)``, which gets its target.
    static func find(_ name: String, in repository: String) throws(GitError) -> Content? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileSystem.read("\(repository)/\(name)", limit: 4096)
        } catch {
            // A folder of that name holds other refs.
            if [ENOENT, ENOTDIR, EISDIR].contains(error.number) { return nil }
            throw GitError(code: .generic, operation: "read the ref \(name)", message: error.description)
        }
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        if text.hasPrefix("ref: ") { return .symbolic(String(text.dropFirst(5))) }
        guard let id = ObjectID(text) else {
            throw GitError(code: .mismatch, operation: "read the ref \(name)", message: "its file is damaged")
        }
        return .object(id)
    }

    /// What the file of a ref holds.
    enum Content {
        case object(ObjectID)
        case symbolic(String)
    }

    /// The names of all refs below a folder such as `refs/tags/`.
    static func names(under folder: String, in repository: String) -> [String] {
        var found: [String] = []
        // A folder that vanishes meanwhile has been emptied by git, which packs refs.
        for name in (try? FileSystem.names(in: "\(repository)/\(folder)")) ?? [] where !name.hasSuffix(".lock") {
            let path = "\(folder)\(name)"
            switch FileSystem.entryKind(at: "\(repository)/\(path)") {
            case .directory: found += names(under: "\(path)/", in: repository)
            case .file, .symbolicLink: found.append(path)
            case .other, nil: continue
            }
        }
        return found
    }
}
