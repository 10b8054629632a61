internal import Glibc
internal import Support

/// SIGINT and SIGTERM ask for a stop; a second one ends the process at once.
enum Signals {
    /// What long work looks at between its steps.
    static let cancellation = Cancellation()

    /// Takes the two signals over.
    static func install() {
        _ = cancellation
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Signals.cancellation.requestedSignal != nil { _exit(128 + number) }
                Signals.cancellation.request(signal: number)
            }
        }
        signal(SIGPIPE, SIG_IGN)
    }
}
