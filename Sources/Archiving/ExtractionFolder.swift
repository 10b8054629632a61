internal import Glibc
package import Support

/// A new folder that untrusted members are written into, and out of which no name leads.
///
/// Every directory on the way is opened with `openat` and `O_NOFOLLOW` from the folder's own descriptor, every file is
/// created with `O_EXCL`: a link put in place meanwhile is an error, not a way out.
package struct ExtractionFolder: ~Copyable {
    private let root: File

    /// The folder's path.
    package var path: String { root.path }

    /// Creates the folder, which must not exist yet; its parents may.
    package init(creatingAt path: String) throws {
        try FileSystem.createDirectory(Path.parent(path))
        guard unsafe mkdir(path, 0o755) == 0 else { throw SystemError.last("create", path) }
        root = try File(opening: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Creates the file `member`, and the directories on the way to it, for writing.
    package borrowing func createFile(_ member: String) throws -> File {
        guard MemberPath.isSafe(member) else {
            throw ArchiveError("unpack", "the name `\(member)` leads out of the folder")
        }
        let parts = member.split(separator: "/").map(String.init)
        var directory = try duplicateRoot()
        for part in parts.dropLast() {
            guard unsafe mkdirat(directory.descriptor, part, 0o755) == 0 || errno == EEXIST else {
                throw SystemError.last("create", "\(path)/\(member)")
            }
            directory = try open(part, in: directory, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW, for: member)
        }
        return try open(
            parts[parts.count - 1],
            in: directory,
            flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
            for: member
        )
    }

    /// Waits until everything in the folder is on the disk.
    package borrowing func sync() throws {
        try root.syncFileSystem()
    }

    private borrowing func duplicateRoot() throws -> File {
        let descriptor = fcntl(root.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw SystemError.last("open", path) }
        return File(owning: descriptor, path: path)
    }

    private borrowing func open(
        _ name: String,
        in directory: borrowing File,
        flags: Int32,
        for member: String
    ) throws -> File {
        let descriptor = unsafe openat(directory.descriptor, name, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("create", "\(path)/\(member)") }
        return File(owning: descriptor, path: "\(path)/\(member)")
    }
}
