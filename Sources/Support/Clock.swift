internal import Glibc

/// Where the time comes from: the machine, or a test.
package struct Clock: Sendable {
    /// The current moment.
    package let now: @Sendable () -> Timestamp
    /// The current moment in seconds since 1970, with what the clock knows of fractions.
    package let seconds: @Sendable () -> Double

    package init(now: @escaping @Sendable () -> Timestamp) {
        self.init(now: now, seconds: { Double(now().seconds) })
    }

    private init(now: @escaping @Sendable () -> Timestamp, seconds: @escaping @Sendable () -> Double) {
        self.now = now
        self.seconds = seconds
    }

    /// The machine's clock.
    package static let system = Clock(
        now: { Timestamp(seconds: Int64(time(nil))) },
        seconds: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
    )

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
