internal import Kernels

/// A convolution, and relu of it when asked; along one axis it is one of images that are one row high.
///
/// The threads share the rows of the batch out; for the gradient of the kernel, the kernel.
final class ConvolutionOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let weights: ConvolutionWeights
    private let fusesRelu: Bool
    /// The kernel with filters as inputs and channels as units, for the gradient of the input.
    private let transposed: DenseKernel?
    /// The same where most gradients of the output are zero; `nil` where that is never used.
    private let sparse: SparseConvolution?
    /// Places of zeros that the gradient of the output needs before and behind each line.
    private let margins: (before: Int, behind: Int)

    init(
        _ input: BatchTensor,
        _ shape: [Int],
        _ geometry: Window,
        _ kernel: PackedWeight,
        _ bias: PackedWeight?,
        fusesRelu: Bool,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        self.fusesRelu = fusesRelu
        output = builder.tensor(shape, after: input, learns: learns)
        (inputs, outputs) = ([input], [output])
        weights = ConvolutionWeights(geometry, kernel, bias, learns: learns, builder)
        let (window, dense, filters) = (weights.window, weights.dense, weights.dense.unitCount)
        if input.needsGradient {
            let panels = (geometry.channels + 15) / 16
            let inputs = geometry.taps * filters
            transposed = DenseKernel(
                inputs: inputs,
                units: geometry.channels,
                kernel: builder.buffer(inputs * panels * 16).start,
                bias: builder.buffer(panels * 16).start
            )
        } else {
            transposed = nil
        }
        margins = geometry.width.gradientMargins
        sparse = output.needsGradient ? SparseConvolution(geometry, window, window.places, dense, builder) : nil
        builder.needScratch(
            max(
                window.paddedFloats,
                geometry.height.output * (geometry.width.output + margins.before + margins.behind) * filters
            )
                + 16
        )
    }

    func forward(_ pass: Pass, _ share: Share) {
        pass.forEachRow(lines: weights.window.outputHeight) { row, lines in
            let image = weights.window.padded(input.values.pointer(row: row), pass.scratch)
            pass.kernels.convolutionForward(
                weights.window,
                weights.dense,
                lines,
                image,
                output.values.pointer(row: row),
                fusesRelu
            )
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        let (window, dense) = (weights.window, weights.dense)
        if fusesRelu { pass.undoRelu(of: output, share) }
        sparse?.look(at: output.gradient, pass)
        guard let transposed else { return }
        if let sparse, sparse.pays(rows: pass.rows) {
            sparse.inputGradients(of: gradient, into: input.gradient, pass)
            return
        }
        let taps = pass.team.share(of: window.taps, thread: pass.thread)
        pass.kernels.transposeConvolutionKernel(window.channelCount, dense, taps, transposed)
        pass.team.barrier()
        let line = window.outputWidth + margins.before + margins.behind
        for row in pass.ownRows {
            let gradient = output.gradient.pointer(row: row)
            pass.kernels.convolutionInputGradient(
                window,
                transposed,
                padded(gradient, line, pass.scratch),
                line,
                margins.before,
                input.gradient.pointer(row: row)
            )
        }
    }

    /// The gradient of an image's output with zeros before and behind each line.
    private func padded(
        _ gradient: UnsafeMutablePointer<Float>,
        _ line: Int,
        _ scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        let (window, filters) = (weights.window, weights.dense.unitCount)
        guard line > window.outputWidth else { return UnsafePointer(gradient) }
        for row in 0..<window.outputHeight {
            let target = scratch + row * line * filters
            target.update(repeating: 0, count: margins.before * filters)
            (target + margins.before * filters).update(
                from: gradient + row * window.outputWidth * filters,
                count: window.outputWidth * filters
            )
            (target + (margins.before + window.outputWidth) * filters).update(
                repeating: 0,
                count: margins.behind * filters
            )
        }
        return UnsafePointer(scratch)
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard let gradients = weights.gradients else { return }
        if let sparse, sparse.pays(rows: pass.rows) {
            sparse.weightGradients(input.values, gradient, into: gradients.kernel.start, pass)
        } else {
            weightGradients(pass, into: gradients.kernel.start)
        }
        let places = weights.window.outputHeight * weights.window.outputWidth
        weights.update(pass, update, places: places, of: output.gradient)
    }

    /// The gradient of an image's output, every place of which may have one.
    private func gradient(row: Int) -> PooledGradient {
        PooledGradient(weights.window.places, output.gradient.pointer(row: row))
    }

    /// Computes the thread's share of the kernel's gradient.
    private func weightGradients(_ pass: Pass, into target: UnsafeMutablePointer<Float>) {
        let (window, dense) = (weights.window, weights.dense)
        let units = pass.kernels.convolutionWeightUnits(window, dense)
        let share = pass.team.share(of: units, thread: pass.thread)
        guard !share.isEmpty else { return }
        for row in 0..<pass.rows {
            pass.kernels.convolutionWeightGradient(
                window,
                dense,
                share,
                window.padded(input.values.pointer(row: row), pass.scratch),
                output.gradient.pointer(row: row),
                target,
                row == 0
            )
        }
    }
}

extension Window.Axis {
    /// Places of zeros that the gradient of the output needs before and behind its own, for the gradient of the input.
    fileprivate var gradientMargins: (before: Int, behind: Int) {
        let first = before - (size - 1) * dilation
        let last = (input - 1 + before) / stride
        return (first < 0 ? (-first + stride - 1) / stride : 0, max(0, last - (output - 1)))
    }
}

extension ConvolutionLayer {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        // The shapes have been checked before.
        guard let kernel = builder.weight("kernel", of: place), var shape = try? outputShape(of: input.shape),
            var window = try? window(over: input.shape)
        else { return input }
        if let used = place.usedPlaces {
            window = window.cropped(height: used[0], width: used[1])
            shape = shape.count == 2 ? [used[1], shape[1]] : used + [shape[2]]
        }
        let fusesRelu = options.activation == .relu
        let operation = ConvolutionOperator(
            input,
            shape,
            window,
            kernel,
            builder.weight("bias", of: place),
            fusesRelu: fusesRelu,
            learns: !place.isFrozen,
            builder
        )
        return builder.append(operation, with: options.activation, isDone: fusesRelu)
    }

    func build(
        _ builder: WorkspaceBuilder,
        from input: BatchTensor,
        _ place: LayerPlace,
        pooledBy pooling: MaxPooling
    ) -> BatchTensor? {
        guard options.activation == .relu || options.activation == .linear,
            let window = try? window(over: input.shape),
            let kernel = builder.weight("kernel", of: place),
            let operation = PooledConvolutionOperator(
                input,
                pooling.shape,
                window.cropped(height: pooling.window.height.used, width: pooling.window.width.used),
                pooling.window,
                kernel,
                builder.weight("bias", of: place),
                fusesRelu: options.activation == .relu,
                learns: !place.isFrozen,
                builder
            )
        else { return nil }
        builder.append(operation)
        return operation.outputs[0]
    }
}
