internal import Kernels

/// `output = input * kernel + bias`, and relu of it when asked.
///
/// The threads share wide outputs out by columns, so that each reads a part of the kernel only.
final class DenseOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let dense: DenseKernel
    private let kernel: PackedWeight
    private let bias: PackedWeight?
    private let fusesRelu: Bool
    private let learns: Bool
    private let splitsColumns: Bool
    /// The gradient of the output transposed, `[width padded][capacity padded]`.
    private let gradientColumns: MatrixRows?

    init(
        _ input: BatchTensor,
        units: Int,
        _ kernel: PackedWeight,
        _ bias: PackedWeight?,
        fusesRelu: Bool,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        output = builder.tensor([units], after: input, learns: learns)
        (inputs, outputs) = ([input], [output])
        self.fusesRelu = fusesRelu
        self.learns = learns
        (self.kernel, self.bias) = (kernel, bias)
        dense = DenseKernel(
            inputs: input.width,
            units: units,
            kernel: kernel.start,
            // A layer without bias adds zeros that nobody changes.
            bias: bias?.start ?? builder.buffer(output.vectors * 16).start
        )
        splitsColumns = builder.threads > 1 && output.vectors >= 2 * builder.threads
        gradientColumns =
            input.needsGradient
            ? builder.buffer(output.vectors * 16 * builder.paddedRows).rows(row: builder.paddedRows) : nil
    }

    func share(after inputs: Share) -> Share { splitsColumns ? .columns : .rows }
    func readsEverything(in share: Share) -> Bool { share == .columns }

    func forward(_ pass: Pass, _ share: Share) {
        let part = pass.part(of: output, share)
        guard !part.isEmpty else { return }
        pass.kernels.denseForward(
            dense,
            part.rows,
            part.vectors,
            input.values,
            output.values,
            fusesRelu,
            pass.scratch
        )
    }

    func gradientShare(after outputs: Share) -> Share { input.needsGradient ? .columns : outputs }
    func inputGradientShare(in share: Share) -> Share { .columns }

    func backward(_ pass: Pass, _ share: Share) {
        if fusesRelu { pass.undoRelu(of: output, share) }
        guard let gradientColumns else { return }
        let columns = pass.part(of: output, share).vectors
        pass.kernels.transposeBlocks(output.gradient, pass.rows, columns, gradientColumns)
        pass.team.barrier()
        let blocks = pass.team.share(of: input.vectors, thread: pass.thread)
        pass.kernels.denseInputGradient(dense, pass.rows, blocks, gradientColumns, input.gradient, pass.scratch)
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard learns else { return }
        let units = pass.team.share(of: pass.kernels.denseWeightUnits(dense), thread: pass.thread)
        pass.kernels.denseWeightGradient(
            dense,
            pass.rows,
            units,
            input.values,
            output.gradient,
            update.penalized(by: kernel),
            pass.scratch
        )
        guard let bias else { return }
        let vectors = pass.team.share(of: output.vectors, thread: pass.thread)
        pass.kernels.denseBiasGradient(
            dense,
            pass.rows,
            vectors,
            output.gradient,
            update.penalized(by: bias),
            pass.scratch
        )
    }
}

extension Dense {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let kernel = builder.weight("kernel", of: place) else { return input }
        let fusesRelu = activation == .relu
        let operation = DenseOperator(
            input,
            units: units,
            kernel,
            builder.weight("bias", of: place),
            fusesRelu: fusesRelu,
            learns: !place.isFrozen,
            builder
        )
        return builder.append(operation, with: activation, isDone: fusesRelu || place.leavesActivation)
    }
}
