internal import Glibc
internal import Support
internal import Synchronization

/// SIGINT and SIGTERM ask for a stop; a second one, a second later or more, ends the process at once.
///
/// A second one that comes with the first is the same wish: `timeout` and shells signal the process and its group.
enum Signals {
    /// What long work looks at between its steps.
    static let cancellation = Cancellation()

    /// Takes the two signals over.
    static func install() {
        _ = cancellation
        firstSignal.store(0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                let now = Signals.milliseconds
                guard Signals.cancellation.requestedSignal != nil else {
                    Signals.firstSignal.store(now, ordering: .relaxed)
                    return Signals.cancellation.request(signal: number)
                }
                if now - Signals.firstSignal.load(ordering: .relaxed) >= 1000 { _exit(128 + number) }
            }
        }
        signal(SIGPIPE, SIG_IGN)
    }

    /// When the first signal came.
    private static let firstSignal = Atomic<Int>(0)

    /// A clock that only goes forward, and may be read in a signal handler.
    private static var milliseconds: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
