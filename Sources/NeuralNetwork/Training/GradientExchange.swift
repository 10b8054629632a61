internal import Kernels

/// Sums up the gradients of several processes, every number in the order of their ranks.
///
/// Each process sums up one range of them and sends it to all. Reductions of libraries choose their order by the number of
/// processes, the size and the network between the hosts; this one has one order, so that the bits are always the same.
final class GradientExchange {
    let group: any ProcessGroup
    /// What broke in the last exchange.
    private(set) var failure: (any Error)?
    /// The range of each process, in whole vectors.
    private let ranges: [Range<Int>]
    private let own: Range<Int>
    /// What each process gives for the own range, `[processes][own.count]`.
    private let pieces: AlignedBuffer

    /// An exchange of that many floats, a multiple of 16.
    init(_ group: any ProcessGroup, floats: Int) {
        self.group = group
        ranges = (0..<group.count).map { rank in
            let vectors = group.part(of: floats / 16, rank: rank)
            return (vectors.lowerBound * 16)..<(vectors.upperBound * 16)
        }
        own = ranges[group.rank]
        pieces = AlignedBuffer(count: max(16, own.count * group.count))
    }

    /// Puts the sums in place of the gradients; every thread of the team calls it, and thread 0 speaks for the process.
    func sumUp(_ gradients: AlignedBuffer, thread: Int, team: ThreadTeam) {
        team.barrier()
        if thread == 0 { attempt { try group.scatter(gradients.start, ranges, into: pieces.start) } }
        team.barrier()
        let part = team.share(of: own.count, thread: thread)
        let sums = gradients.start + own.lowerBound
        for index in part { sums[index] = pieces.start[index] }
        for rank in 1..<group.count {
            let piece = pieces.start + rank * own.count
            for index in part { sums[index] += piece[index] }
        }
        team.barrier()
        if thread == 0 { attempt { try group.share(gradients.start, ranges) } }
        team.barrier()
    }

    private func attempt(_ call: () throws -> Void) {
        do { try call() } catch { failure = failure ?? error }
    }
}
