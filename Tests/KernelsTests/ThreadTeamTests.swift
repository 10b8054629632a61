import Kernels
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(60)))
struct ThreadTeamTests {
    @Test(arguments: [1, 2, 3, 5])
    func everyThreadRunsEveryJobOnce(count: Int) {
        let team = ThreadTeam(count: count)
        let runs = Mutex([Int](repeating: 0, count: count))
        for _ in 0..<100 { team.run { thread in runs.withLock { $0[thread] += 1 } } }
        #expect(runs.withLock { $0 } == [Int](repeating: 100, count: count))
    }

    @Test(arguments: [2, 3])
    func nobodyPassesABarrierBeforeAllAreThere(count: Int) {
        let team = ThreadTeam(count: count)
        let arrived = Mutex(0)
        let early = Mutex(0)
        team.run { _ in
            for round in 1...200 {
                arrived.withLock { $0 += 1 }
                team.barrier()
                if arrived.withLock({ $0 }) < round * count { early.withLock { $0 += 1 } }
                team.barrier()
            }
        }
        #expect(early.withLock { $0 } == 0)
        #expect(arrived.withLock { $0 } == 200 * count)
    }

    @Test(arguments: [0, 1, 7, 64], [1, 2, 3])
    func sharesCoverEverythingOnce(things: Int, count: Int) {
        let team = ThreadTeam(count: count)
        let shares = (0..<count).flatMap { Array(team.share(of: things, thread: $0)) }
        #expect(shares == Array(0..<things))
    }

    /// On whichever processor the caller is, inside it is not on one that a worker is tied to; the system may still move it.
    @Test func theCallerIsKeptApart() {
        let team = ThreadTeam(count: 2)
        let before = Affinity.current
        guard before.processors.count >= 2 else { return }
        var beside = 0
        for attempt in 0..<50 {
            Affinity(processor: before.processors[attempt % 2]).apply()
            // Free to move again, but still there.
            before.apply()
            let inside = team.keepingCallerApart { Affinity.currentProcessor }
            if inside == before.processors[1] { beside += 1 }
            #expect(Affinity.current == before)
        }
        #expect(beside < 5)
    }

    @Test func theCallerIsFreeAgainAfterPinning() {
        let team = ThreadTeam(count: 2)
        let before = Affinity.current
        let inside = team.pinningCaller { Affinity.current.processors.count }
        #expect(Affinity.current == before)
        #expect(inside == (before.processors.count >= 2 ? 1 : before.processors.count))
    }
}
