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
    /// Adam; the rate is already corrected for the bias of the moments.
    case adam(rate: Float, beta1: Double, beta2: Double, epsilon: Float)
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
        let first = slots.first ?? parameters
        let second = slots.last ?? parameters
        unsafe self.init(
            rule: MLOPS_UPDATE_KEEP,
            rate: 0,
            momentum: 0,
            beta1: 0,
            beta1_complement: 0,
            beta2: 0,
            beta2_complement: 0,
            epsilon: 0,
            parameters: parameters.start,
            first: first.start,
            second: second.start,
            gradients: gradients.start
        )
        unsafe use(method)
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
        case .adam(let rate, let beta1, let beta2, let epsilon):
            unsafe (self.rule, self.rate, self.epsilon) = (MLOPS_UPDATE_ADAM, rate, epsilon)
            unsafe (self.beta1, self.beta1_complement) = (Float(beta1), Float(1 - beta1))
            unsafe (self.beta2, self.beta2_complement) = (Float(beta2), Float(1 - beta2))
        }
    }
}

extension MatrixRows {
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
