internal import Kernels

extension Trainer {
    /// The mean loss over the first batch in the order of the data, and its gradients by all parameters; dropout is off.
    ///
    /// For looking at: the training itself does not use it, and it changes nothing.
    package func lossAndGradients() -> (loss: Double, gradients: [NamedTensor]) {
        let kept = AlignedBuffer(count: layout.count)
        let update = ParameterUpdate(.keep, parameters: parameters, slots: slots, gradients: kept)
        let rows = workspace.capacity
        team.run { thread in
            let share = team.share(of: rows, thread: thread)
            training.gather(share, from: 0, order: nil, into: workspace.input)
            team.barrier()
            let pass = workspace.pass(rows: rows, thread: thread, team: team, mode: .looking)
            workspace.forward(pass)
            workspace.kernels.computeLoss(trainingLoss.scaled(by: 1 / Float(rows)), share)
            workspace.backward(pass)
            penalties.sumUp(parameters, thread: thread, team: team)
            workspace.updateParameters(pass, update)
        }
        let loss = (0..<rows).reduce(0.0) { $0 + Double(rowLosses.start[$1]) } / Double(rows) + penalties.total
        return (loss, layout.unpack(kept, onlyTrainable: true))
    }
}
