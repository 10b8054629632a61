internal import CLinux
internal import Glibc

/// Calls on paths, whose failures name the path.
package enum FileSystem {
    /// What stands at a path.
    package enum EntryKind: Sendable { case file, directory, symbolicLink, other }

    /// The kind of entry at `path`, not following a link at its end; `nil` when there is none.
    package static func entryKind(at path: String) -> EntryKind? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// Whether something stands at `path`, following links.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Whether this process may run what stands at `path`, following links.
    package static func isExecutable(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0
    }

    /// Whether a directory stands at `path`, following links.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a regular file stands at `path`, following links.
    package static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The numeric owner of `path`.
    package static func owner(of path: String) throws(SystemError) -> UInt32 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .last("examine", path) }
        return status.st_uid
    }

    /// When the content of `path` changed last, in seconds since 1970.
    package static func modificationTime(of path: String) throws(SystemError) -> Int {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .last("examine", path) }
        return status.st_mtim.tv_sec
    }

    /// Sets the modification time of `path` to now, so that a clean-up by age spares it.
    package static func touch(_ path: String) throws(SystemError) {
        guard unsafe utimensat(AT_FDCWD, path, nil, 0) == 0 else { throw .last("touch", path) }
    }

    /// The whole content of a file.
    package static func read(_ path: String, limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
        try File(reading: path).readToEnd(limit: limit)
    }

    /// The names in a directory, sorted bytewise, without `.` and `..`.
    ///
    /// - Throws: ``SystemError`` with `EILSEQ` for a name that is no UTF-8, which nobody could open again by its text.
    package static func names(in directory: String) throws(SystemError) -> [String] {
        guard let stream = unsafe opendir(directory) else { throw .last("list", directory) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else { throw SystemError("list", directory, number: EILSEQ) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Creates `directory` and its missing parents.
    package static func createDirectory(_ directory: String, permissions: UInt32 = 0o755) throws(SystemError) {
        if isDirectory(directory) { return }
        let parent = Path.parent(directory)
        if parent != directory { try createDirectory(parent, permissions: permissions) }
        guard unsafe mkdir(directory, permissions) == 0 || (errno == EEXIST && isDirectory(directory)) else {
            throw .last("create", directory)
        }
    }

    /// Creates a directory with a name of its own that starts with `prefix`, and returns its path.
    package static func createTemporaryDirectory(withPrefix prefix: String) throws(SystemError) -> String {
        var number = 0
        while true {
            let path = "\(prefix)\(getpid())-\(number)"
            if unsafe mkdir(path, 0o755) == 0 { return path }
            // What a process with the same number has left.
            guard errno == EEXIST else { throw .last("create", path) }
            number += 1
        }
    }

    /// Which file `path` leads to; `nil` when there is none.
    package static func identity(of path: String) -> FileIdentity? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? FileIdentity(status) : nil
    }

    /// What the file at `path` is like now; `nil` when there is none.
    package static func stamp(of path: String) -> FileStamp? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? FileStamp(status) : nil
    }

    /// Exchanges two files or directories in one step; where the file system cannot do that, in three.
    package static func exchange(_ first: String, with second: String) throws(SystemError) {
        if unsafe renameat2(AT_FDCWD, first, AT_FDCWD, second, UInt32(MLOPS_RENAME_EXCHANGE)) == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw .last("rename to", second) }
        let aside = "\(first).exchanged"
        try rename(second, to: aside)
        try rename(first, to: second)
        try rename(aside, to: first)
    }

    /// Renames, replacing what stands at the destination.
    package static func rename(_ source: String, to destination: String) throws(SystemError) {
        guard unsafe Glibc.rename(source, destination) == 0 else { throw .last("rename to", destination) }
    }

    /// Removes a file or link; a missing one is no error.
    package static func removeFile(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    }

    /// Removes a directory that has nothing in it.
    package static func removeEmptyDirectory(_ path: String) throws(SystemError) {
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    }

    /// Removes a file, a link, or a directory with all that it holds; never follows a link.
    package static func remove(_ path: String) throws(SystemError) {
        guard entryKind(at: path) == .directory else { return try removeFile(path) }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        try removeEmptyDirectory(path)
    }

    /// Removes what is in some directories under names that start with `prefix`, and returns how many there were.
    ///
    /// Only files and folders that were last changed before `limit`, in seconds since 1970; `nil` for all. A missing directory has none.
    package static func removeTemporaries(
        in directories: [String],
        withPrefix prefix: String,
        olderThan limit: Int?
    ) throws(SystemError) -> Int {
        var removed = 0
        for directory in directories {
            for name in (try? names(in: directory)) ?? [] where name.hasPrefix(prefix) {
                let file = "\(directory)/\(name)"
                guard [.file, .directory].contains(entryKind(at: file)) else { continue }
                if let limit {
                    guard let time = try? modificationTime(of: file), time < limit else { continue }
                }
                try remove(file)
                removed += 1
            }
        }
        return removed
    }

    /// Waits until the entries of a directory are on the disk.
    package static func syncDirectory(_ directory: String) throws(SystemError) {
        try File(opening: directory, flags: O_RDONLY | O_DIRECTORY).sync()
    }

    /// Creates a symbolic link that holds `target`.
    package static func createSymbolicLink(_ path: String, to target: String) throws(SystemError) {
        guard unsafe symlink(target, path) == 0 else { throw .last("create", path) }
    }

    /// What a symbolic link holds; `nil` when `path` is no link.
    package static func targetOfSymbolicLink(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The path without symbolic links, as the kernel names it; the path itself where there is nothing.
    package static func canonical(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The directory that relative paths start from.
    package static func workingDirectory() -> String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
