internal import Kernels

/// Bounds the gradients of a step by a ``GradientClipping``, between their computation and their use.
///
/// Squares are summed up in pieces of one length, whatever the threads, and the pieces in their order.
final class Clipper {
    private let rule: GradientClipping
    private let pieces: [ParameterLayout.Piece]
    /// The pieces that are measured together: those of one entry, or all.
    private let groups: [Range<Int>]
    private let kernels: KernelSet
    private let sums: UnsafeMutablePointer<Double>

    init(_ rule: GradientClipping, _ pieces: [ParameterLayout.Piece], _ kernels: KernelSet) {
        self.rule = rule
        self.kernels = kernels
        self.pieces = pieces
        if case .norm = rule {
            let starts = pieces.indices.filter { $0 == 0 || pieces[$0].entry != pieces[$0 - 1].entry }
            groups = zip(starts, starts.dropFirst() + [pieces.count]).map { $0..<$1 }
        } else {
            groups = [pieces.indices]
        }
        sums = .allocate(capacity: pieces.count)
        sums.initialize(repeating: 0, count: pieces.count)
    }

    deinit { sums.deallocate() }

    /// Bounds the thread's share of the gradients, and meets the other threads, which must have left them.
    func clip(_ gradients: AlignedBuffer, thread: Int, team: ThreadTeam) {
        let share = team.share(of: pieces.count, thread: thread)
        switch rule {
        case .value(let limit):
            for number in share { scale(number, gradients, by: 1, limit: Float(limit)) }
        case .norm(let limit), .globalNorm(let limit):
            for number in share {
                let floats = pieces[number].floats
                sums[number] = kernels.sumOfSquares(gradients.start + floats.lowerBound, floats.count)
            }
            team.barrier()
            for group in groups where group.overlaps(share) {
                let norm = group.reduce(0) { $0 + sums[$1] }.squareRoot()
                guard norm > limit else { continue }
                for number in group.clamped(to: share) {
                    scale(number, gradients, by: Float(limit / norm), limit: .infinity)
                }
            }
        }
        team.barrier()
    }

    private func scale(_ piece: Int, _ gradients: AlignedBuffer, by factor: Float, limit: Float) {
        let floats = pieces[piece].floats
        kernels.scaleAndLimit(gradients.start + floats.lowerBound, floats.count, factor, limit)
    }
}
