internal import Synchronization

/// What is under way, over all event loops.
final class Activity: Sendable {
    private let open = Atomic<Int>(0)
    private let inPool = Atomic<Int>(0)
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
}
