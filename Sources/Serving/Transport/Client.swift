internal import NIOCore

/// Someone who is served on an event loop: a connection, or one of its streams.
protocol Client: AnyObject {
    /// Ends it if it has been too slow; called now and then.
    func check(at time: NIODeadline)
    /// Ends it if nothing is under way.
    func closeIfIdle()
}
