internal import Kernels

/// Dropout; the mask is a function of key and place, and is computed anew for the gradient.
final class DropoutOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let mask: DropoutMask
    private let place: [Int]

    init(_ input: BatchTensor, rate: Float, place: [Int], _ builder: WorkspaceBuilder) {
        self.input = input
        output =
            input.allowsChange
            ? input.reshaped(input.shape) : builder.tensor(input.shape, after: input, sharesGradient: true)
        (inputs, outputs) = ([input], [output])
        mask = DropoutMask(rate: rate)
        self.place = place
    }

    func share(after inputs: Share) -> Share { inputs }
    func gradientShare(after outputs: Share) -> Share { outputs }

    func forward(_ pass: Pass, _ share: Share) {
        let part = pass.part(of: output, share)
        guard !part.isEmpty else { return }
        if !input.values.isSame(as: output.values) {
            pass.kernels.activate(ActivationCode.linear.value, 0, part.rows, part.floats, input.values, output.values)
        }
        drop(pass, part, output.values)
    }

    func backward(_ pass: Pass, _ share: Share) {
        let part = pass.part(of: output, share)
        if !part.isEmpty { drop(pass, part, output.gradient) }
    }

    private func drop(_ pass: Pass, _ part: Part, _ values: MatrixRows) {
        guard let dropout = pass.dropout else { return }
        let key = dropout.key(place)
        // A row's mask is that of its place in the whole batch, so the matrix begins where that batch would.
        let first = dropout.firstRow
        let rows = (part.rows.lowerBound + first)..<(part.rows.upperBound + first)
        let whole = values.shifted(by: -first * values.stride)
        pass.kernels.dropout(output.width, rows, part.floats, whole, key, mask.threshold, mask.scale)
    }
}

extension Dropout {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard rate > 0 else { return input }
        let operation = DropoutOperator(input, rate: rate, place: place.numbers, builder)
        builder.append(operation)
        return operation.outputs[0]
    }
}
