internal import Kernels

/// A convolution of each channel by itself; with several outputs of a channel, the channel stands side by side as often.
final class DepthwiseOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let window: WindowKernel
    private let multiplier: Int
    private let kernel: PackedWeight
    private let bias: PackedWeight?
    private let biasStart: UnsafeMutablePointer<Float>
    private let fusesRelu: Bool
    private let gradients: (kernel: AlignedBuffer, bias: AlignedBuffer)?
    private let imageFloats: Int

    init(
        _ input: BatchTensor,
        _ shape: [Int],
        _ geometry: Window,
        multiplier: Int,
        _ kernel: PackedWeight,
        _ bias: PackedWeight?,
        fusesRelu: Bool,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        self.kernel = kernel
        self.bias = bias
        self.multiplier = multiplier
        self.fusesRelu = fusesRelu
        output = builder.tensor(shape, after: input, learns: learns)
        (inputs, outputs) = ([input], [output])
        window = WindowKernel(geometry.multiplied(by: multiplier))
        let width = kernel.entry.weight.packedWidth
        biasStart = bias?.start ?? builder.buffer(width).start
        gradients =
            output.needsGradient && learns ? (builder.buffer(kernel.entry.floats), builder.buffer(width)) : nil
        imageFloats = input.width * multiplier
        builder.needScratch(imageFloats + window.paddedFloats + 32)
    }

    /// The padded image of a row, with each channel as often as it has outputs.
    private func image(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        var image = input.values.pointer(row: row)
        if multiplier > 1 {
            for place in 0..<input.width {
                (scratch + place * multiplier).update(repeating: image[place], count: multiplier)
            }
            image = scratch
        }
        return window.padded(image, scratch + imageFloats)
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            pass.kernels.depthwiseForward(
                window,
                kernel.start,
                biasStart,
                image(row, pass.scratch),
                output.values.pointer(row: row),
                fusesRelu
            )
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        if fusesRelu { pass.undoRelu(of: output, share) }
        guard input.needsGradient else { return }
        for row in pass.ownRows {
            let target = input.gradient.pointer(row: row)
            let gradient = UnsafePointer(output.gradient.pointer(row: row))
            guard multiplier > 1 else {
                pass.kernels.depthwiseInputGradient(window, kernel.start, gradient, target)
                continue
            }
            pass.kernels.depthwiseInputGradient(window, kernel.start, gradient, pass.scratch)
            for place in 0..<input.width {
                target[place] = (0..<multiplier).reduce(Float(0)) { $0 + pass.scratch[place * multiplier + $1] }
            }
        }
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard let gradients else { return }
        let panels = pass.team.share(of: kernel.entry.weight.packedWidth / 16, thread: pass.thread)
        for row in 0..<pass.rows where !panels.isEmpty {
            let gradient = UnsafePointer(output.gradient.pointer(row: row))
            let starts = row == 0
            pass.kernels.depthwiseWeightGradient(
                window,
                panels,
                image(row, pass.scratch),
                gradient,
                gradients.kernel.start,
                starts
            )
            if bias != nil {
                let places = window.outputHeight * window.outputWidth
                pass.kernels.convolutionBiasGradient(
                    places,
                    window.channelCount,
                    panels,
                    gradient,
                    gradients.bias.start,
                    starts
                )
            }
        }
        pass.team.barrier()
        pass.apply(update, kernel, gradients.kernel)
        if let bias { pass.apply(update, bias, gradients.bias) }
    }
}

extension Window {
    /// The same window over images with each channel several times.
    fileprivate func multiplied(by count: Int) -> Window {
        Window(height: height, width: width, channels: channels * count)
    }
}

extension DepthwiseConv2D {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let kernel = builder.weight("kernel", of: place), let window = try? window(over: input.shape),
            let shape = try? outputShape(of: input.shape)
        else { return input }
        let fusesRelu = options.activation == .relu
        let operation = DepthwiseOperator(
            input,
            shape,
            window,
            multiplier: depthMultiplier,
            kernel,
            builder.weight("bias", of: place),
            fusesRelu: fusesRelu,
            learns: !place.isFrozen,
            builder
        )
        return builder.append(operation, with: options.activation, isDone: fusesRelu)
    }
}
