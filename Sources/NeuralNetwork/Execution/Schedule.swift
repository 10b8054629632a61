internal import Kernels

/// The order in which operators run, with the barriers at which the threads must meet.
struct Schedule {
    struct Step {
        let operation: any Operator
        let share: Share
        /// Whether others must be done before it.
        let meetsBefore: Bool
    }

    let forward: [Step]
    /// The operators behind which somebody wants a gradient, the last one first.
    let backward: [Step]
    /// Whether the threads compute the results by columns, so that they must meet before they look at rows.
    let endsInColumns: Bool

    /// Works out how each operator is shared; the input is written by rows, and so is the gradient of the output.
    init(_ operators: [any Operator], from input: BatchTensor, to output: BatchTensor) {
        var shares = [input.values.place: Share.rows]
        var forward: [Step] = []
        for operation in operators {
            let found = operation.inputs.map { shares[$0.values.place] ?? .rows }
            let share = operation.share(after: found.contains(.rows) ? .rows : .columns)
            let meets = found.contains { $0 != share } || operation.readsEverything(in: share)
            forward.append(Step(operation: operation, share: share, meetsBefore: meets))
            for tensor in operation.outputs { shares[tensor.values.place] = share }
        }
        self.forward = forward
        endsInColumns = shares[output.values.place] == .columns

        var gradients = [output.gradient.place: Share.rows]
        var backward: [Step] = []
        for operation in operators.reversed() where operation.outputs.contains(where: \.needsGradient) {
            let found = operation.outputs.filter(\.needsGradient).map { gradients[$0.gradient.place] ?? .rows }
            let share = operation.gradientShare(after: found.contains(.rows) ? .rows : .columns)
            backward.append(
                Step(operation: operation, share: share, meetsBefore: found.contains { $0 != share })
            )
            for tensor in operation.inputs where tensor.needsGradient {
                gradients[tensor.gradient.place] = operation.inputGradientShare(in: share)
            }
        }
        self.backward = backward
    }
}
