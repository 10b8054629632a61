internal import Kernels

/// Kernel and bias of a convolution, and the sums of their gradients over a batch.
struct ConvolutionWeights {
    let window: WindowKernel
    let dense: DenseKernel
    let kernel: PackedWeight
    let bias: PackedWeight?
    /// `nil` where nothing learns.
    let gradients: (kernel: AlignedBuffer, bias: AlignedBuffer)?

    init(
        _ geometry: Window,
        _ kernel: PackedWeight,
        _ bias: PackedWeight?,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.kernel = kernel
        self.bias = bias
        window = WindowKernel(geometry)
        let vectors = kernel.entry.weight.packedWidth / 16
        dense = DenseKernel(
            inputs: kernel.entry.weight.packedRows,
            units: kernel.entry.weight.columns,
            kernel: kernel.start,
            bias: bias?.start ?? builder.buffer(vectors * 16).start
        )
        gradients =
            learns && builder.withGradients
            ? (builder.buffer(kernel.entry.floats), builder.buffer(vectors * 16)) : nil
    }

    /// Adds the gradients of the bias up, of which each row has those of so many places, and gives them and those of the
    /// kernel to the update.
    func update(_ pass: Pass, _ update: ParameterUpdate, places: Int, of outputs: MatrixRows) {
        guard let gradients else { return }
        let panels = pass.team.share(of: dense.panelCount, thread: pass.thread)
        if bias != nil, !panels.isEmpty {
            for row in 0..<pass.rows {
                pass.kernels.convolutionBiasGradient(
                    places,
                    dense.unitCount,
                    panels,
                    outputs.pointer(row: row),
                    gradients.bias.start,
                    row == 0
                )
            }
        }
        pass.team.barrier()
        pass.apply(update, kernel, gradients.kernel)
        if let bias { pass.apply(update, bias, gradients.bias) }
    }
}

extension Pass {
    /// Calls the function for the thread's rows with all lines of the output; where there are fewer rows than threads, for
    /// all rows with the thread's share of the lines.
    func forEachRow(lines: Int, _ body: (_ row: Int, _ lines: Range<Int>) -> Void) {
        guard rows < team.count else {
            for row in ownRows { body(row, 0..<lines) }
            return
        }
        team.barrier()
        let own = team.share(of: lines, thread: thread)
        if !own.isEmpty { for row in 0..<rows { body(row, own) } }
        team.barrier()
    }
}
