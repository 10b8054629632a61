/// What became of requests, all of them, whether they were recorded or not.
package struct RequestCounts: Sendable, Hashable {
    package var answered = 0
    /// Requests that the server could not answer, though they were fine.
    package var failed = 0
    /// Requests at fault.
    package var refused = 0

    package init(answered: Int = 0, failed: Int = 0, refused: Int = 0) {
        self.answered = answered
        self.failed = failed
        self.refused = refused
    }

    package static func += (left: inout Self, right: Self) {
        left.answered += right.answered
        left.failed += right.failed
        left.refused += right.refused
    }
}
