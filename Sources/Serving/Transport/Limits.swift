internal import NIOCore

/// What the server bears, so that no caller can take it away from the others.
package struct Limits: Sendable {
    /// Bytes of a body.
    package var body = 64 << 20
    /// Bytes of all bodies that are under way, small ones aside.
    package var bodies = 256 << 20
    /// Bytes of all headers of a request.
    package var headerBytes = 32 << 10
    package var headers = 100
    /// Pieces that a body may come in.
    package var chunks = 65_536
    /// Seconds that a request's head may take from its first byte on.
    package var headTime = 10.0
    /// Seconds that the body may pause.
    package var bodyPause = 30.0
    /// Seconds that a request may take to come, besides what its bytes take at ``slowestRate``.
    package var requestTime = 60.0
    /// Bytes a second that a caller must bring in the long run.
    package var slowestRate = 16_384.0
    /// Seconds that a connection may be silent between two requests.
    package var idleTime = 75.0
    /// Seconds that an answer may take.
    package var answerTime = 60.0
    package var connections = 1024
    /// Requests that wait for a processor.
    package var queue = 128

    package init() {}
}

extension NIODeadline {
    /// So many seconds from now on.
    static func after(_ seconds: Double) -> NIODeadline {
        .now() + .nanoseconds(Int64(min(max(seconds, 0), 1e9) * 1e9))
    }
}
