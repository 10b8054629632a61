package import CKernelPrimitives

// The kernels are told by number what to do; these are the numbers' names.

/// An activation that works element by element.
package struct ActivationCode: Sendable, Hashable {
    package let value: Int32
    private init(_ value: Int32) { self.value = value }

    package static let linear = Self(MLOPS_ACTIVATION_LINEAR)
    package static let relu = Self(MLOPS_ACTIVATION_RELU)
    package static let sigmoid = Self(MLOPS_ACTIVATION_SIGMOID)
    package static let tanh = Self(MLOPS_ACTIVATION_TANH)
    package static let leakyRelu = Self(MLOPS_ACTIVATION_LEAKY_RELU)
    package static let elu = Self(MLOPS_ACTIVATION_ELU)
    package static let gelu = Self(MLOPS_ACTIVATION_GELU)
    package static let geluTanh = Self(MLOPS_ACTIVATION_GELU_TANH)
    package static let softplus = Self(MLOPS_ACTIVATION_SOFTPLUS)
}

/// What a loss compares, and how.
package struct LossCode: Sendable, Hashable {
    package let value: Int32
    private init(_ value: Int32) { self.value = value }

    package static let squared = Self(MLOPS_LOSS_SQUARED)
    package static let absolute = Self(MLOPS_LOSS_ABSOLUTE)
    package static let huber = Self(MLOPS_LOSS_HUBER)
    package static let binary = Self(MLOPS_LOSS_BINARY)
    package static let binaryLogits = Self(MLOPS_LOSS_BINARY_LOGITS)
    package static let categorical = Self(MLOPS_LOSS_CATEGORICAL)
    package static let categoricalLogits = Self(MLOPS_LOSS_CATEGORICAL_LOGITS)
    package static let sparse = Self(MLOPS_LOSS_SPARSE)
    package static let sparseLogits = Self(MLOPS_LOSS_SPARSE_LOGITS)
}

/// The number per row that people read.
package struct MetricCode: Sendable, Hashable {
    package let value: Int32
    private init(_ value: Int32) { self.value = value }

    package static let absoluteError = Self(MLOPS_METRIC_ABSOLUTE_ERROR)
    package static let binaryAccuracy = Self(MLOPS_METRIC_BINARY_ACCURACY)
    package static let categoricalAccuracy = Self(MLOPS_METRIC_CATEGORICAL_ACCURACY)
    package static let sparseAccuracy = Self(MLOPS_METRIC_SPARSE_ACCURACY)
}

/// What a gradient does to its parameter.
package enum UpdateMethod: Sendable, Hashable {
    /// The gradient is stored, the parameter stays.
    case keep
    /// Plain gradient descent.
    case descent(rate: Float)
    /// Gradient descent with a velocity, looking ahead when `nesterov`.
    case momentum(rate: Float, momentum: Float, nesterov: Bool)
    /// Adam; the rate is already corrected for the bias of the moments. `decay` is the share that is taken off a weight.
    case adam(rate: Float, beta1: Double, beta2: Double, epsilon: Float, decay: Float)
    /// RMSprop, with momentum when it is above zero.
    case rmsprop(rate: Float, rho: Double, momentum: Float, epsilon: Float, centered: Bool)
}

extension ParameterUpdate {
    /// An update of parameters whose slots and gradients lie at the same offsets of their own buffers.
    package init(
        _ method: UpdateMethod,
        parameters: AlignedBuffer,
        slots: [AlignedBuffer],
        gradients: AlignedBuffer
    ) {
        // A slot that the rule does not use is never touched, so the parameters may stand in for it.
        func slot(_ index: Int) -> UnsafeMutablePointer<Float> {
            unsafe index < slots.count ? slots[index].start : parameters.start
        }
        unsafe self.init(
            rule: MLOPS_UPDATE_KEEP,
            rate: 0,
            momentum: 0,
            beta1: 0,
            beta1_complement: 0,
            beta2: 0,
            beta2_complement: 0,
            epsilon: 0,
            decay: 0,
            l1: 0,
            l2: 0,
            parameters: parameters.start,
            first: slot(0),
            second: slot(1),
            third: slot(2),
            gradients: gradients.start
        )
        unsafe use(method)
    }

    /// The same for a weight with penalties: `l1 * |w| + l2 * w * w` is added to the loss.
    package func penalized(l1: Float, l2: Float) -> ParameterUpdate {
        var copy = unsafe self
        unsafe (copy.l1, copy.l2) = (l1, l2)
        return unsafe copy
    }

    /// Goes on with another method, such as another rate.
    package mutating func use(_ method: UpdateMethod) {
        switch method {
        case .keep:
            unsafe rule = MLOPS_UPDATE_KEEP
        case .descent(let rate):
            unsafe (self.rule, self.rate) = (MLOPS_UPDATE_SGD, rate)
        case .momentum(let rate, let momentum, let nesterov):
            unsafe rule = nesterov ? MLOPS_UPDATE_NESTEROV : MLOPS_UPDATE_MOMENTUM
            unsafe (self.rate, self.momentum) = (rate, momentum)
        case .adam(let rate, let beta1, let beta2, let epsilon, let decay):
            unsafe (self.rule, self.rate, self.epsilon) = (MLOPS_UPDATE_ADAM, rate, epsilon)
            unsafe self.decay = decay
            unsafe (self.beta1, self.beta1_complement) = (Float(beta1), Float(1 - beta1))
            unsafe (self.beta2, self.beta2_complement) = (Float(beta2), Float(1 - beta2))
        case .rmsprop(let rate, let rho, let momentum, let epsilon, let centered):
            unsafe rule = centered ? MLOPS_UPDATE_RMSPROP_CENTERED : MLOPS_UPDATE_RMSPROP
            unsafe (self.rate, self.momentum, self.epsilon) = (rate, momentum, epsilon)
            unsafe (self.beta2, self.beta2_complement) = (Float(rho), Float(1 - rho))
        }
    }
}

/// What a recurrent layer computes in a step.
package struct RecurrentCode: Sendable, Hashable {
    package let value: Int32
    private init(_ value: Int32) { self.value = value }

    package static let simple = Self(MLOPS_RECURRENT_SIMPLE)
    package static let lstm = Self(MLOPS_RECURRENT_LSTM)
    package static let gru = Self(MLOPS_RECURRENT_GRU)
    package static let gruResetAfter = Self(MLOPS_RECURRENT_GRU_RESET_AFTER)
}

extension WindowKernel {
    /// A window of so many sizes along the axes `[height, width]`; `above` and `left` are the zeros before the image.
    package init(
        image: (height: Int, width: Int, channels: Int),
        padded: (height: Int, width: Int),
        before: (above: Int, left: Int),
        size: (height: Int, width: Int),
        strides: (height: Int, width: Int),
        dilation: (height: Int, width: Int),
        output: (height: Int, width: Int)
    ) {
        self.init(
            height: padded.height,
            width: padded.width,
            channels: image.channels,
            kernel_height: size.height,
            kernel_width: size.width,
            stride_y: strides.height,
            stride_x: strides.width,
            dilation_y: dilation.height,
            dilation_x: dilation.width,
            output_height: output.height,
            output_width: output.width,
            above: before.above,
            left: before.left,
            image_height: image.height,
            image_width: image.width
        )
    }

    package var channelCount: Int { channels }
    package var taps: Int { kernel_height * kernel_width }
    package var outputHeight: Int { output_height }
    package var outputWidth: Int { output_width }
    /// Floats of the image with the zeros around it.
    package var paddedFloats: Int { height * width * channels }

    /// The image with the zeros around it; what it is copied to where it has some, and itself otherwise.
    package func padded(
        _ image: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        guard height > image_height || width > image_width else { return unsafe UnsafePointer(image) }
        let line = width * channels
        let (before, length) = (left * channels, image_width * channels)
        unsafe scratch.update(repeating: 0, count: above * line)
        for row in 0..<image_height {
            let target = unsafe scratch + (above + row) * line
            unsafe target.update(repeating: 0, count: before)
            unsafe (target + before).update(from: image + row * length, count: length)
            unsafe (target + before + length).update(repeating: 0, count: line - before - length)
        }
        let end = above + image_height
        unsafe (scratch + end * line).update(repeating: 0, count: (height - end) * line)
        return unsafe UnsafePointer(scratch)
    }

    /// Copies what lies within the zeros around an image.
    package func unpad(_ padded: UnsafeMutablePointer<Float>, into image: UnsafeMutablePointer<Float>) {
        let length = image_width * channels
        for row in 0..<image_height {
            unsafe (image + row * length).update(
                from: padded + ((above + row) * width + left) * channels,
                count: length
            )
        }
    }
}

extension WindowKernel {
    /// A window of one place that moves over the output of this one: pooling that does nothing.
    package var places: WindowKernel {
        WindowKernel(
            image: (output_height, output_width, 1),
            padded: (output_height, output_width),
            before: (0, 0),
            size: (1, 1),
            strides: (1, 1),
            dilation: (1, 1),
            output: (output_height, output_width)
        )
    }
}

extension PooledGradient {
    /// The gradient of an image's output; without choices that of the first place of each window.
    package init(
        _ pool: WindowKernel,
        _ values: UnsafeMutablePointer<Float>,
        choices: UnsafeMutablePointer<Int32>? = nil
    ) {
        unsafe self.init(pool: pool, values: values, choices: choices.map { unsafe UnsafePointer($0) })
    }
}

extension RecurrentMemory {
    /// Memory of so many rows, with `capacity` rows from one step to the next.
    package init(
        rows capacity: Int,
        state: MatrixRows,
        cell: MatrixRows,
        gates: MatrixRows,
        gradients: MatrixRows
    ) {
        unsafe self.init(capacity: capacity, state: state, cell: cell, gates: gates, gradients: gradients)
    }

    /// Floats from one step's states to the next one's.
    package var stateStep: Int { unsafe capacity * state.row }

    /// The states before the first step, and after it, and so on.
    package func states(before step: Int) -> MatrixRows { unsafe state.shifted(by: step * capacity * state.row) }

    /// The gradients of a step.
    package func gradients(of step: Int) -> MatrixRows {
        unsafe gradients.shifted(by: step * capacity * gradients.row)
    }
}

extension RecurrentKernel {
    /// A recurrent layer whose packed kernels and biases lie in memory.
    package init(
        _ code: RecurrentCode,
        inputs: Int,
        units: Int,
        gates: Int,
        kernel: UnsafeMutablePointer<Float>,
        recurrent: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>,
        activation: (code: ActivationCode, parameter: Float),
        gateActivation: (code: ActivationCode, parameter: Float)
    ) {
        unsafe self.init(
            kind: code.value,
            inputs: inputs,
            units: units,
            panels: (units + 15) / 16,
            gates: gates,
            kernel: kernel,
            recurrent: recurrent,
            bias: bias,
            activation: activation.code.value,
            activation_parameter: activation.parameter,
            gate_activation: gateActivation.code.value,
            gate_activation_parameter: gateActivation.parameter
        )
    }

    /// Vectors of 16 units.
    package var panelCount: Int { unsafe panels }
    package var unitCount: Int { unsafe units }
    package var inputCount: Int { unsafe inputs }
    package var gateCount: Int { unsafe gates }
}

extension MatrixRows {
    /// Floats from one row to the next.
    package var stride: Int { unsafe row }

    /// The same rows from another column on, or from another row.
    package func shifted(by floats: Int) -> MatrixRows { unsafe MatrixRows(start: start + floats, row: row) }

    /// Where it begins, to tell whether two are one.
    package var place: Int { unsafe Int(bitPattern: start) }

    /// The matrix from row `row` on.
    package func from(row number: Int) -> MatrixRows { unsafe MatrixRows(start: start + number * row, row: row) }

    /// Whether the other is the same place in memory.
    package func isSame(as other: MatrixRows) -> Bool { unsafe start == other.start }

    /// The first number of row `number`.
    package func pointer(row number: Int) -> UnsafeMutablePointer<Float> { unsafe start + number * row }
}

extension DenseKernel {
    /// A Dense layer whose packed kernel and padded bias lie in memory.
    package init(
        inputs: Int,
        units: Int,
        kernel: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>
    ) {
        unsafe self.init(inputs: inputs, units: units, panels: (units + 15) / 16, kernel: kernel, bias: bias)
    }

    /// Vectors of 16 units.
    package var panelCount: Int { unsafe panels }
    package var unitCount: Int { unsafe units }
    /// The first of the weights.
    package var kernelStart: UnsafeMutablePointer<Float> { unsafe kernel }
}

extension LossBatch {
    /// The loss of a batch; the number of rows is given with each call.
    package init(
        _ code: LossCode,
        units: Int,
        delta: Float,
        outputs: MatrixRows,
        targets: MatrixRows,
        labels: UnsafePointer<Int32>,
        weights: UnsafePointer<Float>,
        gradients: MatrixRows,
        losses: UnsafeMutablePointer<Float>
    ) {
        unsafe self.init(
            kind: code.value,
            units: units,
            delta: delta,
            scale: 1,
            outputs: outputs,
            targets: targets,
            labels: labels,
            weights: weights,
            gradients: gradients,
            losses: losses
        )
    }

    /// The same with gradients multiplied by `scale`.
    package func scaled(by scale: Float) -> LossBatch {
        var copy = unsafe self
        unsafe copy.scale = scale
        return unsafe copy
    }
}
