internal import Kernels

/// The largest or the mean of each window, channel by channel.
final class PoolingOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let window: WindowKernel
    private let kind: PoolingKind

    init(_ input: BatchTensor, _ shape: [Int], _ window: Window, _ kind: PoolingKind, _ builder: WorkspaceBuilder) {
        self.input = input
        // The gradient goes to the place whose value is the largest, which is found by comparing.
        output = builder.tensor(shape, after: input, allowsChange: kind == .average)
        (inputs, outputs) = ([input], [output])
        self.window = WindowKernel(window)
        self.kind = kind
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            let (x, y) = (UnsafePointer(input.values.pointer(row: row)), output.values.pointer(row: row))
            switch kind {
            case .max: pass.kernels.maxPooling(window, x, y)
            case .average: pass.kernels.averagePooling(window, x, y)
            }
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard input.needsGradient else { return }
        for row in pass.ownRows {
            let gradient = UnsafePointer(output.gradient.pointer(row: row))
            let target = input.gradient.pointer(row: row)
            switch kind {
            case .max:
                pass.kernels.maxPoolingBackward(
                    window,
                    input.values.pointer(row: row),
                    output.values.pointer(row: row),
                    gradient,
                    target
                )
            case .average:
                pass.kernels.averagePoolingBackward(window, gradient, target)
            }
        }
    }
}

extension PoolingLayer {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        // The shapes have been checked before.
        guard let shape = try? outputShape(of: input.shape), let window = try? window(over: input.shape) else {
            return input
        }
        let operation = PoolingOperator(input, shape, window, kind, builder)
        builder.append(operation)
        return operation.outputs[0]
    }
}
