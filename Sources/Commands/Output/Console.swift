internal import Glibc
internal import Support

/// The process's own streams.
enum Console {
    /// Writes to standard output, whole or not at all worth going on.
    static func output(_ text: String) { write(text, to: 1) }

    /// Writes to standard error.
    static func message(_ text: String) { write(text, to: 2) }

    /// Whether a person looks at standard error.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// The width of the terminal, 80 where there is none.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // A reader that has gone, as in `mlops list | head`, is no failure of ours.
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
