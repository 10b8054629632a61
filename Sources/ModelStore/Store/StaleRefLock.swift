internal import Git
internal import Glibc
internal import Support

/// A `.lock` file that git or libgit2 left beside a ref when its process was killed.
///
/// It would block the ref for ever. Only the holder of the store's lock may remove it, and only when no process has it
/// open: at once when the holder before was killed, since nobody else but git itself locks refs, else when it is ten
/// seconds old. `packed-refs.lock` is git's alone, which closes it while it works: it is left for ten seconds always.
/// None of this stops a writer: what cannot be removed is met again where it is in the way.
enum StaleRefLock {
    private static let patience = 10

    /// Removes what a killed holder of the store's lock left, wherever it was, if it is that many seconds old.
    static func removeAll(in store: String, olderThan age: Int = 0) {
        let limit = time(nil) - age
        for name in ["packed-refs.lock", "config.lock"] {
            remove("\(store)/\(name)", changedBefore: min(limit, time(nil) - patience))
        }
        removeAll(below: "\(store)/refs", changedBefore: limit)
    }

    private static func remove(_ path: String, changedBefore limit: Int) {
        guard let time = try? FileSystem.modificationTime(of: path), time <= limit, !isOpen(path) else { return }
        try? FileSystem.removeFile(path)
    }

    private static func removeAll(below directory: String, changedBefore limit: Int) {
        for name in (try? FileSystem.names(in: directory)) ?? [] {
            let path = "\(directory)/\(name)"
            if name.hasSuffix(".lock") {
                remove(path, changedBefore: limit)
            } else if FileSystem.entryKind(at: path) == .directory {
                removeAll(below: path, changedBefore: limit)
            }
        }
    }

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
        let path = FileSystem.canonical(path)
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
            guard error.code == .locked else { throw error }
            guard StaleRefLock.remove(of: name, in: path) else {
                throw StoreError(
                    .storeLocked,
                    "a git command holds the lock of \(name)",
                    hints: ["run the command again when it is done; a lock left by a killed git is removed after 10 s"]
                )
            }
            try moveReference(name, from: expected, to: id, reason: reason)
        }
    }
}
