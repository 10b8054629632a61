internal import Glibc

/// Where the time comes from: the machine, or a test.
package struct Clock: Sendable {
    /// The current moment.
    package let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// The machine's clock.
    package static let system = Clock { Timestamp(seconds: Int64(time(nil))) }

    /// A clock that stands still.
    package static func fixed(at time: Timestamp) -> Clock { Clock { time } }
}

/// Measures a stretch of time, unmoved by changes of the machine's clock.
package struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    /// Seconds since the stopwatch was made.
    package var seconds: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
