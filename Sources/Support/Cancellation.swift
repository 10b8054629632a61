internal import Synchronization

/// A request to stop, set by a signal and polled between steps of long work.
///
/// Work that sees it finishes what it must (a checkpoint, a temporary file) and throws ``Cancelled``.
package final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)

    package init() {}

    /// Asks for a stop; safe to call in a signal handler.
    package func request(signal number: Int32) { signal.store(number, ordering: .relaxed) }

    /// The signal that asked for a stop, if any.
    package var requestedSignal: Int32? {
        let number = signal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Throws ``Cancelled`` when a stop was asked for.
    package func check() throws(Cancelled) {
        if let signal = requestedSignal { throw Cancelled(signal: signal) }
    }
}

/// Long work was stopped by a signal, and cleaned up.
package struct Cancelled: Failure, Hashable {
    /// The number of the signal: 2 for SIGINT, 15 for SIGTERM.
    package let signal: Int32

    package init(signal: Int32) { self.signal = signal }

    package var description: String { "stopped by \(signal == 15 ? "SIGTERM" : "SIGINT")" }
    package var kind: FailureKind { signal == 15 ? .terminated : .interrupted }
}
