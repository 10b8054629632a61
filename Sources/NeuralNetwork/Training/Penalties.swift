internal import Kernels

/// What the regularizers of a network add to its loss.
///
/// The weights are summed up in pieces of one length, whatever the threads, and the pieces in their order.
final class Penalties {
    private static let length = 4096

    private struct Piece {
        let floats: Range<Int>
        let regularizer: Regularizer
    }

    private let pieces: [Piece]
    private let sums: UnsafeMutablePointer<Double>

    init(_ layout: ParameterLayout) {
        pieces = layout.entries.flatMap { entry -> [Piece] in
            guard let regularizer = entry.weight.regularizer else { return [] }
            return stride(from: 0, to: entry.floats, by: Penalties.length).map { first in
                let end = min(entry.floats, first + Penalties.length)
                return Piece(floats: (entry.offset + first)..<(entry.offset + end), regularizer: regularizer)
            }
        }
        sums = .allocate(capacity: pieces.count)
        sums.initialize(repeating: 0, count: pieces.count)
    }

    deinit { sums.deallocate() }

    var isEmpty: Bool { pieces.isEmpty }

    /// Computes the thread's share of the pieces, and meets the others.
    func sumUp(_ parameters: AlignedBuffer, thread: Int, team: ThreadTeam) {
        guard !isEmpty else { return }
        for number in team.share(of: pieces.count, thread: thread) {
            var (absolute, squares) = (0.0, 0.0)
            for place in pieces[number].floats {
                let weight = Double(parameters.start[place])
                absolute += abs(weight)
                squares += weight * weight
            }
            let regularizer = pieces[number].regularizer
            sums[number] = Double(regularizer.l1) * absolute + Double(regularizer.l2) * squares
        }
        team.barrier()
    }

    /// What was summed up last.
    var total: Double { pieces.indices.reduce(0) { $0 + sums[$1] } }
}
