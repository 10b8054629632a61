internal import Kernels

/// Puts zeros around images.
final class ZeroPaddingOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let above: Int
    private let left: Int

    init(_ input: BatchTensor, _ shape: [Int], above: Int, left: Int, _ builder: WorkspaceBuilder) {
        self.input = input
        // What is written around the image at the start stays there: an operator behind it may not change it.
        output = builder.tensor(shape, after: input, allowsChange: false)
        (inputs, outputs) = ([input], [output])
        self.above = above
        self.left = left
    }

    private func copy(
        _ from: UnsafeMutablePointer<Float>,
        to target: UnsafeMutablePointer<Float>,
        isBackward: Bool
    ) {
        let (line, wide) = (input.shape[1] * input.shape[2], output.shape[1] * input.shape[2])
        for row in 0..<input.shape[0] {
            let (inner, outer) = (row * line, (above + row) * wide + left * input.shape[2])
            if isBackward {
                (target + inner).update(from: from + outer, count: line)
            } else {
                (target + outer).update(from: from + inner, count: line)
            }
        }
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            copy(input.values.pointer(row: row), to: output.values.pointer(row: row), isBackward: false)
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard input.needsGradient else { return }
        for row in pass.ownRows {
            copy(output.gradient.pointer(row: row), to: input.gradient.pointer(row: row), isBackward: true)
        }
    }
}

extension ZeroPadding2D {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let shape = try? outputShape(of: input.shape) else { return input }
        let operation = ZeroPaddingOperator(input, shape, above: padding[0][0], left: padding[1][0], builder)
        builder.append(operation)
        return operation.outputs[0]
    }
}

extension Flatten {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        input.reshaped(outputShape(of: input.shape))
    }
}

extension Reshape {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        (try? outputShape(of: input.shape)).map(input.reshaped) ?? input
    }
}
