internal import CLibgit2
internal import Glibc

extension Repository {
    /// The object that a ref names; `nil` when there is no such ref.
    ///
    /// An annotated tag is not followed. A file of its own comes first: git packs a ref before it removes that.
    package borrowing func reference(_ name: String) throws(GitError) -> ObjectID? {
        var name = name
        for _ in 0..<5 {
            guard ReferenceName.isValid(name) else { return nil }
            switch try LooseReferences.find(name, in: path) {
            case .object(let id)?: return id
            case .symbolic(let target)?: name = target
            case nil: return try packedReferences.find(name)
            }
        }
        throw GitError(code: .generic, operation: "read the ref \(name)", message: "it leads to itself")
    }

    /// The refs whose names start with `prefix` (a whole directory, such as `refs/tags/`), sorted by name.
    package borrowing func references(under prefix: String) throws(GitError) -> [(name: String, id: ObjectID)] {
        guard prefix.hasSuffix("/"), ReferenceName.isValid(String(prefix.dropLast())) else { return [] }
        let loose = LooseReferences.names(under: prefix, in: path)
        var found = try packedReferences.list(under: prefix)
        for name in loose { found[name] = try reference(name) }
        return found.map { ($0.key, $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Moves a ref if it still has the value that the caller has seen: git's compare-and-swap.
    ///
    /// `expected` is `nil` for a ref that must not exist yet. A lock held by somebody else, and the moment in which
    /// git packs refs, are waited out for up to a second.
    ///
    /// Throws ``GitError`` with the code `modified` or `exists` when the race is lost.
    package borrowing func moveReference(
        _ name: String,
        from expected: ObjectID?,
        to id: ObjectID,
        reason: String
    ) throws(GitError) {
        var target = id.raw
        var old = expected?.raw ?? git_oid()
        var waited: UInt32 = 0
        while true {
            do throws(GitError) {
                let moved = unsafe try create("move the ref \(name)") { reference in
                    unsafe git_reference_create_matching(
                        &reference,
                        pointer,
                        name,
                        &target,
                        expected == nil ? 0 : 1,
                        &old,
                        reason
                    )
                }
                unsafe git_reference_free(moved)
                return
            } catch  where (error.code == .locked || error.code == .notFound) && waited < 1_000_000 {
                // -3 comes from `git pack-refs`, which removes the empty directory that the ref is written to.
                let pause: UInt32 = 2_000
                usleep(pause)
                waited += pause
            }
        }
    }
}

/// What git allows as the name of a ref (`git help check-ref-format`).
enum ReferenceName {
    static func isValid(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 1 && !name.contains("..") && !name.contains("@{") && !name.hasSuffix(".")
            && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
            && name.utf8.allSatisfy { $0 > 32 && $0 != 127 && !" ~^:?*[\\".utf8.contains($0) }
    }
}
