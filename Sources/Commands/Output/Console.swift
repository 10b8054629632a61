internal import Glibc
internal import Support

/// The process's own streams.
enum Console {
    /// Writes to standard output.
    ///
    /// Throws ``SystemError`` when it cannot be written, as on a full disk: half a result must not look like a whole one. A
    /// reader that has gone, as in `mlops list | head`, is no failure of ours.
    static func output(_ text: String) throws(SystemError) {
        let number = write(text, to: 1)
        guard number == 0 || number == EPIPE else { throw SystemError("write", "standard output", number: number) }
    }

    /// Writes to standard error; what cannot be said there is said nowhere.
    static func message(_ text: String) { _ = write(text, to: 2) }

    /// Whether a person looks at standard error.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// The width of the terminal, 80 where there is none.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Returns 0, or the number of the error that ended it.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return errno
            }
            bytes = bytes.dropFirst(count)
        }
        return 0
    }
}
