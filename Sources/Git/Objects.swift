internal import CLibgit2

/// What an object is.
package enum ObjectKind: String, Sendable {
    case blob, tree, commit, tag

    init?(_ raw: git_object_t) {
        switch raw {
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }

    var raw: git_object_t {
        switch self {
        case .blob: GIT_OBJECT_BLOB
        case .tree: GIT_OBJECT_TREE
        case .commit: GIT_OBJECT_COMMIT
        case .tag: GIT_OBJECT_TAG
        }
    }
}

extension Repository {
    /// Whether there is an object of that name, whatever its bytes.
    package borrowing func contains(_ id: ObjectID) -> Bool {
        var raw = id.raw
        return unsafe git_odb_exists(database.pointer, &raw) == 1
    }

    /// Whether the object is in the repository, loose or in a pack known so far, with the bytes that its name stands for.
    ///
    /// It reads the whole object: what is damaged is as good as missing to somebody who is about to write it.
    package borrowing func holds(_ id: ObjectID, _ kind: ObjectKind) -> Bool {
        var raw = id.raw
        guard unsafe git_odb_exists_ext(database.pointer, &raw, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue)) == 1
        else { return false }
        return (try? withUncheckedBytes(of: id) { kind.name(of: $0) == id }) ?? false
    }

    /// Reads an object of any kind whole, and checks its hash.
    package borrowing func object(_ id: ObjectID) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8]) {
        if let loose = try LooseObjectReader.read(id, in: path) {
            guard unsafe loose.kind.name(of: loose.bytes.span.bytes) == id else {
                throw GitError(code: .mismatch, operation: "read the object \(id)", message: "its hash does not match")
            }
            return loose
        }
        let object = unsafe try read(id)
        defer { unsafe git_odb_object_free(object) }
        guard let kind = unsafe ObjectKind(git_odb_object_type(object)) else {
            throw GitError(code: .mismatch, operation: "read the object \(id)", message: "unknown kind of object")
        }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: git_odb_object_data(object),
            count: git_odb_object_size(object)
        )
        return unsafe (kind, Array(bytes))
    }

    /// Reads an object that must be of one kind.
    package borrowing func object(_ id: ObjectID, expecting expected: ObjectKind) throws(GitError) -> [UInt8] {
        let (kind, bytes) = try object(id)
        guard kind == expected else {
            throw GitError(
                code: .notFound,
                operation: "read the object \(id)",
                message: "expected a \(expected.rawValue), found a \(kind.rawValue)"
            )
        }
        return bytes
    }

    /// Lends the bytes of an object whose content the caller checks by a digest of its own.
    ///
    /// Libgit2's check of the SHA-1, which would cost more than the SHA-256, is off for the length of the read.
    package borrowing func withUncheckedBytes<Result, E: Error>(
        of id: ObjectID,
        _ body: (RawSpan) throws(E) -> Result
    ) throws -> Result {
        if let loose = try LooseObjectReader.read(id, in: path) { return try unsafe body(loose.bytes.span.bytes) }
        _ = mlops_git_set_strict_hash_verification(0)
        defer { _ = mlops_git_set_strict_hash_verification(1) }
        let object = unsafe try read(id)
        defer { unsafe git_odb_object_free(object) }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: git_odb_object_data(object),
            count: git_odb_object_size(object)
        )
        return try unsafe body(bytes.bytes)
    }
}

extension Repository {
    /// An object out of a pack, which the caller frees.
    ///
    /// libgit2 has no code of its own for a pack that cannot be inflated: whatever keeps an object from being read is
    /// damage to whoever needs it.
    private borrowing func read(_ id: ObjectID) throws(GitError) -> OpaquePointer {
        var raw = id.raw
        do throws(GitError) {
            return unsafe try create("read the object \(id)") { unsafe git_odb_read(&$0, database.pointer, &raw) }
        } catch {
            guard error.code == .generic else { throw error }
            throw GitError(code: .mismatch, operation: error.operation, message: error.message)
        }
    }
}
