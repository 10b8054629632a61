internal import Kernels
internal import Support

/// What processes that train together have to do beyond what one does alone.
extension Trainer {
    /// The rows of a batch that are those of this process.
    ///
    /// Of a small batch that may be none.
    func ownRows(of rows: Int) -> Range<Int> {
        exchange.map { $0.group.part(of: rows, rank: $0.group.rank) } ?? 0..<rows
    }

    /// Makes the gradients those of the whole batch, of which this process has seen its own rows; every thread calls it.
    ///
    /// The loss of each row was divided by the rows of all processes: the sum is the mean over them. Moving averages that
    /// layers keep of their own rows travel in the places of their gradients, which they do not have.
    func exchangeGradients(_ exchange: GradientExchange, own: Int, of rows: Int, thread: Int) {
        if thread == 0 {
            if own == 0 { gradients.start.update(repeating: 0, count: layout.count) }
            let weight = Float(own) / Float(rows)
            forEachMovingAverage { gradients.start[$0] = parameters.start[$0] * weight }
        }
        exchange.sumUp(gradients, thread: thread, team: team)
        if thread == 0 { forEachMovingAverage { parameters.start[$0] = gradients.start[$0] } }
        penalties.addGradients(to: gradients, update, thread: thread, team: team)
    }

    private func forEachMovingAverage(_ body: (Int) -> Void) {
        for entry in layout.entries where !entry.weight.isTrainable {
            for place in entry.offset..<(entry.offset + entry.floats) { body(place) }
        }
    }

    /// The sums of all processes; what breaks then is in `control`, and so is a stop that one of them was asked for.
    ///
    /// All see the same, and so all stop after the same step.
    func sumUp(_ loss: Double, _ metric: Double, _ exchange: GradientExchange, _ control: Control) -> [Double] {
        let signal = control.cancellation?.requestedSignal
        do {
            if let failure = exchange.failure { throw failure }
            let wishes = [signal == 2 ? 1.0 : 0, signal == 15 ? 1.0 : 0]
            let sums = try exchange.group.sum([loss, metric] + wishes)
            if sums[2] + sums[3] > 0 {
                control.failure = Cancelled(signal: sums[3] > 0 ? 15 : 2)
                control.isStopping = true
            }
            return sums
        } catch {
            control.failure = error
            control.isStopping = true
            return [loss, metric]
        }
    }
}
