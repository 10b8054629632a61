internal import Dispatch
internal import Glibc

/// Hears from the kernel when something changes in directories.
package final class DirectoryWatch: Sendable {
    private let descriptor: Int32

    /// Watches directories; where one is missing, the nearest one above it.
    ///
    /// `nil` where the kernel watches nothing more for us: then one has to look.
    package init?(_ directories: [String]) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let events = UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE)
        for directory in directories {
            var directory = directory
            while !FileSystem.isDirectory(directory), directory != "/" { directory = Path.parent(directory) }
            guard unsafe inotify_add_watch(descriptor, directory, events) >= 0 else {
                close(descriptor)
                return nil
            }
        }
    }

    deinit { close(descriptor) }

    /// Waits until something has changed since the watch began, a stop is asked for, or so many seconds are over.
    package func wait(seconds: Double, _ cancellation: Cancellation) async {
        await withCheckedContinuation { continuation in
            // The wait is the kernel's: a thread of its own sleeps in it, and none of those that run tasks.
            DispatchQueue.global().async {
                let stopwatch = Stopwatch()
                var request = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
                while cancellation.requestedSignal == nil {
                    let rest = seconds - stopwatch.seconds
                    // A signal may go to another thread: it is looked for ten times a second.
                    guard rest > 0, unsafe poll(&request, 1, Int32(min(rest, 0.1) * 1000) + 1) <= 0 else { break }
                }
                continuation.resume()
            }
        }
    }
}
