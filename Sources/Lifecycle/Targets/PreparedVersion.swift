internal import Support

/// An unpacked version in a directory target, whole, and held so that nobody prunes it before it is activated.
final class PreparedVersion {
    let folder: String
    private let lock: FileLock

    private init(folder: String, lock: consuming FileLock) {
        self.folder = folder
        self.lock = lock
    }

    /// Takes hold of the version at `folder`; `nil` when there is none, or when it is being removed.
    static func claim(_ folder: String) throws -> PreparedVersion? {
        guard let file = try? File(reading: folder), let lock = try FileLock.take(file, .shared) else { return nil }
        // Between the opening and the locking it may have been removed, and even made anew.
        guard try FileSystem.isSameFile(lock.file, as: folder) else { return nil }
        return PreparedVersion(folder: folder, lock: lock)
    }
}

/// A folder with a name of its own in which a version is unpacked, removed with all that is left in it.
///
/// It is locked as long as its owner lives: what a killed one leaves behind is pruned by the next deployment.
final class Workshop {
    let path: String
    private let lock: FileLock

    init(in directory: String) throws {
        while true {
            let path = try FileSystem.createTemporaryDirectory(withPrefix: "\(directory)/.tmp-")
            // Before it is locked, somebody who prunes may take it for an abandoned one.
            guard let file = try? File(reading: path), let lock = try FileLock.take(file, .shared),
                try FileSystem.isSameFile(lock.file, as: path)
            else { continue }
            self.path = path
            self.lock = lock
            return
        }
    }

    deinit { try? FileSystem.remove(path) }
}
