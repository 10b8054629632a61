internal import CLibgit2
internal import Glibc

extension Repository {
    /// The object that a ref names; `nil` when there is no such ref.
    ///
    /// An annotated tag is not followed.
    package borrowing func reference(_ name: String) throws(GitError) -> ObjectID? {
        var raw = git_oid()
        let status = unsafe git_reference_name_to_id(&raw, pointer, name)
        if status == GIT_ENOTFOUND.rawValue || status == GIT_EINVALIDSPEC.rawValue { return nil }
        try check("read the ref \(name)") { status }
        return ObjectID(raw)
    }

    /// The refs whose names start with `prefix` (a whole directory, such as `refs/tags/`), sorted by name.
    package borrowing func references(under prefix: String) throws(GitError) -> [(name: String, id: ObjectID)] {
        var iterator: OpaquePointer?
        try check("list the refs") { unsafe git_reference_iterator_glob_new(&iterator, pointer, "\(prefix)*") }
        defer { unsafe git_reference_iterator_free(iterator) }
        var found: [(name: String, id: ObjectID)] = []
        while true {
            var reference: OpaquePointer?
            let status = unsafe git_reference_next(&reference, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try check("list the refs") { status }
            defer { unsafe git_reference_free(reference) }
            guard let target = unsafe git_reference_target(reference) else { continue }
            unsafe found.append((String(cString: git_reference_name(reference)), ObjectID(target.pointee)))
        }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
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
