internal import Kernels

extension ParameterUpdate {
    /// The update of a weight, with its penalties.
    func penalized(by weight: PackedWeight) -> ParameterUpdate {
        guard let regularizer = weight.entry.weight.regularizer else { return self }
        return penalized(l1: regularizer.l1, l2: regularizer.l2)
    }
}

extension Pass {
    /// Gives the gradients of a weight, which have its layout, to the update: each thread a part of them.
    ///
    /// All threads must be done with the gradients.
    func apply(_ update: ParameterUpdate, _ weight: PackedWeight, _ gradients: AlignedBuffer) {
        let vectors = team.share(of: weight.entry.floats / 16, thread: thread)
        guard !vectors.isEmpty else { return }
        kernels.applyUpdate(
            update.penalized(by: weight),
            gradients.start + vectors.lowerBound * 16,
            (weight.offset + vectors.lowerBound * 16)..<(weight.offset + vectors.upperBound * 16)
        )
    }
}
