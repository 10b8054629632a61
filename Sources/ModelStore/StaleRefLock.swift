internal import Git
internal import Glibc
internal import Support

/// A `.lock` file that git or libgit2 left beside a ref when its process was killed.
///
/// It would block the ref for ever. It is removed when it is older than ten seconds and no process has it open; only
/// the holder of the store's lock may do that.
enum StaleRefLock {
    private static let patience = 10

    /// Removes stale locks of `reference` and of the packed refs; says whether there were any.
    static func remove(of reference: String, in store: String) -> Bool {
        var removed = false
        for path in ["\(store)/\(reference).lock", "\(store)/packed-refs.lock"] where isStale(path) {
            removed = (try? FileSystem.removeFile(path)) != nil || removed
        }
        return removed
    }

    private static func isStale(_ path: String) -> Bool {
        guard let modified = try? FileSystem.modificationTime(of: path) else { return false }
        return time(nil) - modified > patience && !isOpen(path)
    }

    /// Whether a process that we may look at has the file open.
    private static func isOpen(_ path: String) -> Bool {
        let processes = (try? FileSystem.names(in: "/proc"))?.filter { $0.allSatisfy(\.isNumber) } ?? []
        return processes.contains { process in
            let descriptors = (try? FileSystem.names(in: "/proc/\(process)/fd")) ?? []
            return descriptors.contains { FileSystem.targetOfSymbolicLink("/proc/\(process)/fd/\($0)") == path }
        }
    }
}

extension Repository {
    /// Moves a ref as ``moveReference(_:from:to:reason:)`` does, after removing a lock that a dead process left.
    borrowing func moveReferencePastStaleLocks(
        _ name: String,
        from expected: ObjectID?,
        to id: ObjectID,
        reason: String
    ) throws {
        do throws(GitError) {
            try moveReference(name, from: expected, to: id, reason: reason)
        } catch {
            guard error.code == .locked, StaleRefLock.remove(of: name, in: path) else { throw error }
            try moveReference(name, from: expected, to: id, reason: reason)
        }
    }
}
