internal import Synchronization

/// What is under way, over all event loops.
final class Activity: Sendable {
    private let open = Atomic<Int>(0)
    private let inPool = Atomic<Int>(0)
    private let bodies = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)

    /// Whether the server finishes what it has accepted, and is about to end.
    var isDraining: Bool { draining.load(ordering: .acquiring) }
    /// Begins to finish; gives whether that is new.
    func drain() -> Bool { !draining.exchange(true, ordering: .acquiringAndReleasing) }

    var connections: Int { open.load(ordering: .relaxed) }

    /// Takes one more connection, unless there are `limit`.
    func connect(limit: Int) -> Bool {
        if open.add(1, ordering: .relaxed).newValue <= limit { return true }
        open.subtract(1, ordering: .relaxed)
        return false
    }

    func disconnect() { open.subtract(1, ordering: .relaxed) }

    /// Takes one more call for the pool, unless `limit` run or wait.
    func enter(limit: Int) -> Bool {
        if inPool.add(1, ordering: .relaxed).newValue <= limit { return true }
        inPool.subtract(1, ordering: .relaxed)
        return false
    }

    func leave() { inPool.subtract(1, ordering: .relaxed) }
    var waiting: Int { inPool.load(ordering: .relaxed) }

    /// Requests that should have been recorded and were not, as on a full disk.
    var unrecorded: Int { lost.load(ordering: .relaxed) }
    func countUnrecorded(_ requests: Int) { lost.add(requests, ordering: .relaxed) }

    /// Notes how large a body has become, unless all together are larger than `limit` then; small ones are not worth a note.
    ///
    /// Throws ``RequestError`` (503): there is no room for it now.
    func hold(_ bytes: Int, in share: inout BodyShare?, limit: Int) throws(RequestError) {
        guard bytes > Self.smallBody else { return }
        let held = share ?? BodyShare(self)
        share = held
        let more = bytes - held.bytes.exchange(bytes, ordering: .relaxed)
        guard bodies.add(more, ordering: .relaxed).newValue <= limit else {
            throw .overloaded("too many large requests come at once; try again soon")
        }
    }

    fileprivate func release(_ bytes: Int) { bodies.subtract(bytes, ordering: .relaxed) }

    private static let smallBody = 1 << 16
}

/// The part of the memory for bodies that one of them has, until nobody holds it any more.
final class BodyShare: Sendable {
    private let activity: Activity
    fileprivate let bytes = Atomic<Int>(0)

    fileprivate init(_ activity: Activity) { self.activity = activity }

    deinit { activity.release(bytes.load(ordering: .relaxed)) }
}
