/// A file written piece by piece, which takes its place only when it is complete.
///
/// What is dropped without ``commit(permissions:durable:)`` leaves nothing behind, and the old file as it was. Only a
/// regular file is replaced; a pipe, a device or a link (`/dev/stdout`) is written to directly.
package struct FileReplacement: ~Copyable {
    private let file: File
    private let path: String
    private let isAside: Bool

    /// Begins a new content of the file at `path`.
    package init(of path: String) throws(SystemError) {
        self.path = path
        let kind = FileSystem.entryKind(at: path)
        isAside = kind == nil || kind == .file
        if isAside {
            file = try FileReplacement.temporary(for: path)
        } else {
            file = try File(writing: path)
        }
    }

    private static func temporary(for path: String) throws(SystemError) -> File {
        do throws(SystemError) {
            return try File(temporaryWithPrefix: "\(Path.parent(path))/.tmp-\(Path.name(path))-")
        } catch {
            // The user knows the file by its own name.
            throw SystemError(error.operation, path, number: error.number)
        }
    }

    /// Appends `bytes`.
    package borrowing func write(_ bytes: [UInt8]) throws(SystemError) { try file.write(bytes) }

    /// Writes `bytes` over what stands at `offset`, without moving the end.
    package borrowing func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        try unsafe file.write(bytes.span.bytes, at: offset)
    }

    /// Makes the content durable and puts it in place.
    package consuming func commit(permissions: UInt32 = 0o644, durable: Bool = true) throws(SystemError) {
        guard isAside else { return }
        try file.setPermissions(permissions)
        if durable { try file.sync() }
        try FileSystem.rename(file.path, to: path)
        if durable { try FileSystem.syncDirectory(Path.parent(path)) }
    }

    // After a commit there is nothing under the temporary name, and a missing file is no error.
    deinit { if isAside { try? FileSystem.removeFile(file.path) } }
}
