internal import Glibc
internal import Support

/// An unpacked version in a directory target, whole, and held so that nobody prunes it before it is activated.
final class PreparedVersion {
    let folder: String
    /// Which folder it is, whatever has its name later.
    let identity: FileIdentity
    private let lock: FileLock

    private init(folder: String, identity: FileIdentity, lock: consuming FileLock) {
        self.folder = folder
        self.identity = identity
        self.lock = lock
    }

    /// Takes hold of the version at `folder`; `nil` when there is none, or when it is being removed.
    static func claim(_ folder: String) throws -> PreparedVersion? {
        guard let lock = try FileLock.takeFolder(folder) else { return nil }
        return PreparedVersion(folder: folder, identity: try lock.file.identity(), lock: lock)
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
            do {
                // Before it is locked, somebody who prunes may take it for an abandoned one.
                guard let lock = try FileLock.takeFolder(path) else { continue }
                self.path = path
                self.lock = lock
                return
            } catch {
                try? FileSystem.remove(path)
                throw error
            }
        }
    }

    deinit { try? FileSystem.remove(path) }
}

extension FileLock {
    /// A shared lock on a folder that is still there; `nil` when there is none, or when it is being removed.
    fileprivate static func takeFolder(_ path: String) throws(SystemError) -> FileLock? {
        let file: File
        do throws(SystemError) {
            file = try File(reading: path)
        } catch {
            if error.number == ENOENT { return nil }
            throw error
        }
        guard let lock = try FileLock.take(file, .shared) else { return nil }
        // Between the opening and the locking it may have been removed, and even made anew.
        guard FileSystem.identity(of: path) == (try lock.file.identity()) else { return nil }
        return lock
    }
}
