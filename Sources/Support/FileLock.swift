internal import Glibc

/// The right to a file or directory, which the kernel takes back when its holder dies, however that happens.
///
/// A `flock`: it binds those who ask for it, and nobody else. It ends with the value.
package struct FileLock: ~Copyable {
    /// How many may have it at once: several who only need it to stay, or one who changes it.
    package enum Mode: Sendable { case shared, exclusive }

    /// The file that is locked.
    package let file: File

    private init(holding file: consuming File) { self.file = file }

    /// Locks an open file or directory; `nil` when somebody else still holds it after `patience` seconds.
    package static func take(
        _ file: consuming File,
        _ mode: Mode,
        patience: Double = 0
    ) throws(SystemError) -> FileLock? {
        let stopwatch = Stopwatch()
        while flock(file.descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .last("lock", file.path) }
            guard stopwatch.seconds < patience else { return nil }
            usleep(5_000)
        }
        return FileLock(holding: file)
    }
}
