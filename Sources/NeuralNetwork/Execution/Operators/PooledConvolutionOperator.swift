internal import Kernels

/// A convolution, relu of it when asked, and the largest values of windows that do not overlap.
///
/// The map between convolution and pooling is not kept: a few lines of it at a time stay in the cache, and of the gradient
/// only what the pooling passes on is looked at. The threads share the rows of the batch out; for the gradient of the kernel,
/// the kernel.
final class PooledConvolutionOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let weights: ConvolutionWeights
    private let pool: WindowKernel
    private let fusesRelu: Bool
    /// Where the largest values come from; `nil` without gradients.
    private let choices: Choices?
    /// The gradients, where a row of the window fills the vectors; `nil` where it does not, and without gradients.
    private let sparse: SparseConvolution?

    /// `nil` where convolution and pooling one after the other are as good.
    init?(
        _ input: BatchTensor,
        _ shape: [Int],
        _ geometry: Window,
        _ pooling: Window,
        _ kernel: PackedWeight,
        _ bias: PackedWeight?,
        fusesRelu: Bool,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        let needsGradient = builder.withGradients && (learns || input.needsGradient)
        guard pooling.height.isDisjoint, pooling.width.isDisjoint else { return nil }
        // Of two places one has a gradient: too many for lists.
        if needsGradient, pooling.taps < 3 { return nil }
        if input.needsGradient, !SparseConvolution.fits(geometry) { return nil }
        self.input = input
        self.fusesRelu = fusesRelu
        output = builder.tensor(shape, after: input, learns: learns)
        (inputs, outputs) = ([input], [output])
        weights = ConvolutionWeights(geometry, kernel, bias, learns: learns, builder)
        let (window, dense) = (weights.window, weights.dense)
        pool = WindowKernel(pooling)
        choices = needsGradient ? Choices(of: pool, dense, builder) : nil
        sparse = needsGradient ? SparseConvolution(geometry, window, pool, dense, builder) : nil
        builder.needScratch(window.paddedFloats + 16 + builder.kernels.pooledConvolutionFloats(window, pool))
    }

    func forward(_ pass: Pass, _ share: Share) {
        pass.forEachRow(lines: pool.outputHeight) { row, lines in
            pass.kernels.pooledConvolutionForward(
                weights.window,
                pool,
                weights.dense,
                lines,
                weights.window.padded(input.values.pointer(row: row), pass.scratch),
                output.values.pointer(row: row),
                choices?.pointer(row: row),
                fusesRelu,
                pass.scratch + weights.window.paddedFloats + 16
            )
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        if fusesRelu { pass.undoRelu(of: output, share) }
        guard input.needsGradient, let sparse else { return }
        sparse.inputGradients(of: gradient, into: input.gradient, pass)
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard let gradients = weights.gradients else { return }
        if let sparse {
            sparse.weightGradients(input.values, gradient, into: gradients.kernel.start, pass)
        } else {
            weightGradients(pass, into: gradients.kernel.start)
        }
        weights.update(pass, update, places: pool.outputHeight * pool.outputWidth, of: output.gradient)
    }

    private func gradient(row: Int) -> PooledGradient {
        PooledGradient(pool, output.gradient.pointer(row: row), choices: choices?.pointer(row: row))
    }

    /// Computes the thread's share of the kernel's gradient.
    private func weightGradients(_ pass: Pass, into target: UnsafeMutablePointer<Float>) {
        let units = pass.kernels.pooledConvolutionWeightUnits(weights.dense)
        let share = pass.team.share(of: units, thread: pass.thread)
        guard !share.isEmpty else { return }
        for row in 0..<pass.rows {
            pass.kernels.pooledConvolutionWeightGradient(
                weights.window,
                weights.dense,
                share,
                weights.window.padded(input.values.pointer(row: row), pass.scratch),
                gradient(row: row),
                target,
                row == 0
            )
        }
    }
}

/// For each row of a batch where the largest values of the windows come from, as the kernels want it.
private struct Choices {
    private let memory: AlignedBuffer
    private let width: Int

    init(of pool: WindowKernel, _ dense: DenseKernel, _ builder: WorkspaceBuilder) {
        width = pool.outputHeight * pool.outputWidth * dense.panelCount * 16
        memory = builder.buffer(builder.capacity * width)
    }

    func pointer(row: Int) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(memory.start + row * width).assumingMemoryBound(to: Int32.self)
    }
}

extension Window.Axis {
    /// Whether no input lies in two windows.
    fileprivate var isDisjoint: Bool { (stride >= size && dilation == 1) || output == 1 }
}
