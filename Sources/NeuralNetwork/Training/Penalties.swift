internal import Kernels

/// What the regularizers of a network add to its loss.
///
/// The weights are summed up in pieces of one length, whatever the threads, and the pieces in their order.
final class Penalties {
    private let pieces: [(floats: Range<Int>, regularizer: Regularizer)]
    private let kernels: KernelSet
    private let sums: UnsafeMutablePointer<Double>

    init(_ layout: ParameterLayout, _ kernels: KernelSet) {
        self.kernels = kernels
        pieces = layout.pieces { $0.weight.regularizer != nil }.compactMap { piece in
            layout.entries[piece.entry].weight.regularizer.map { (piece.floats, $0) }
        }
        sums = .allocate(capacity: pieces.count)
        sums.initialize(repeating: 0, count: pieces.count)
    }

    deinit { sums.deallocate() }

    /// Computes the thread's share of the pieces, and meets the others.
    func sumUp(_ parameters: AlignedBuffer, thread: Int, team: ThreadTeam) {
        guard !pieces.isEmpty else { return }
        for number in team.share(of: pieces.count, thread: thread) {
            let (floats, regularizer) = pieces[number]
            let start = parameters.start + floats.lowerBound
            let absolute = regularizer.l1 == 0 ? 0 : kernels.sumOfAbsolutes(start, floats.count)
            let squares = regularizer.l2 == 0 ? 0 : kernels.sumOfSquares(start, floats.count)
            sums[number] = Double(regularizer.l1) * absolute + Double(regularizer.l2) * squares
        }
        team.barrier()
    }

    /// Adds the gradients of the penalties to those of the loss: the thread's share of them, and meets the others.
    func addGradients(to gradients: AlignedBuffer, _ update: ParameterUpdate, thread: Int, team: ThreadTeam) {
        guard !pieces.isEmpty else { return }
        var update = update
        update.use(.keep)
        for number in team.share(of: pieces.count, thread: thread) {
            let (floats, regularizer) = pieces[number]
            kernels.applyUpdate(
                update.penalized(l1: regularizer.l1, l2: regularizer.l2),
                gradients.start + floats.lowerBound,
                floats
            )
        }
        team.barrier()
    }

    /// What was summed up last.
    var total: Double { pieces.indices.reduce(0) { $0 + sums[$1] } }
}
