internal import Glibc

/// Files that a reader sees whole or not at all, where they are no links.
package enum AtomicFile {
    /// Writes `bytes` to the side, makes them durable, and renames the file into place.
    ///
    /// A crash leaves the old file or the new one. What is left of an unfinished write starts with `.tmp-`. A link is
    /// followed, as ``FileReplacement`` does.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        permissions: UInt32 = 0o644,
        durable: Bool = true
    ) throws(SystemError) {
        let file = try FileReplacement(of: path)
        try file.write(bytes)
        try file.commit(permissions: permissions, durable: durable)
    }

    /// Writes `text` in UTF-8, as ``write(_:to:permissions:durable:)`` does.
    package static func write(_ text: String, to path: String, durable: Bool = true) throws(SystemError) {
        try write(Array(text.utf8), to: path, durable: durable)
    }

    /// Points the symbolic link at `path` to `target` in one step: a reader follows the old one or the new one.
    package static func replaceSymbolicLink(_ path: String, with target: String) throws(SystemError) {
        let aside = "\(path).tmp-\(getpid())"
        try FileSystem.removeFile(aside)
        try FileSystem.createSymbolicLink(aside, to: target)
        do throws(SystemError) {
            try FileSystem.rename(aside, to: path)
        } catch {
            try? FileSystem.removeFile(aside)
            throw error
        }
        try FileSystem.syncDirectory(Path.parent(path))
    }
}
