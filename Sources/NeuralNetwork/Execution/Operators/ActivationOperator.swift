internal import Kernels

/// An activation that works element by element.
final class ActivationOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let code: ActivationCode
    private let parameter: Float

    init(_ input: BatchTensor, _ code: ActivationCode, parameter: Float, _ builder: WorkspaceBuilder) {
        self.input = input
        // The derivative is computed from input and output, so that neither may change.
        output = builder.tensor(input.shape, after: input, sharesGradient: true, allowsChange: false)
        (inputs, outputs) = ([input], [output])
        self.code = code
        self.parameter = parameter
    }

    func share(after inputs: Share) -> Share { inputs }
    func gradientShare(after outputs: Share) -> Share { outputs }

    func forward(_ pass: Pass, _ share: Share) {
        let part = pass.part(of: output, share)
        guard !part.isEmpty else { return }
        pass.kernels.activate(code.value, parameter, part.rows, part.floats, input.values, output.values)
    }

    func backward(_ pass: Pass, _ share: Share) {
        let part = pass.part(of: output, share)
        guard !part.isEmpty else { return }
        pass.kernels.activateBackward(
            code.value,
            parameter,
            part.rows,
            part.floats,
            input.values,
            output.values,
            output.gradient
        )
    }
}

/// `e^x` over the sum of all `e^x` of the row.
final class SoftmaxOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor

    init(_ input: BatchTensor, _ builder: WorkspaceBuilder) {
        self.input = input
        output = builder.tensor(input.shape, after: input, sharesGradient: true, allowsChange: false)
        (inputs, outputs) = ([input], [output])
    }

    func forward(_ pass: Pass, _ share: Share) {
        guard !pass.ownRows.isEmpty else { return }
        pass.kernels.softmax(output.width, pass.ownRows, input.values, output.values)
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard !pass.ownRows.isEmpty else { return }
        pass.kernels.softmaxBackward(output.width, pass.ownRows, output.values, output.gradient)
    }
}

extension Activation {
    /// The number by which the kernels know it, and its option; `nil` for softmax, which needs whole rows.
    var code: (code: ActivationCode, parameter: Float)? {
        switch self {
        case .linear: (.linear, 0)
        case .softmax: nil
        case .relu: (.relu, 0)
        case .sigmoid: (.sigmoid, 0)
        case .tanh: (.tanh, 0)
        case .leakyReLU(let slope): (.leakyRelu, slope)
        case .elu(let alpha): (.elu, alpha)
        case .gelu(let approximate): (approximate ? .geluTanh : .gelu, 0)
        case .softplus: (.softplus, 0)
        }
    }

    /// Puts the activation behind a tensor; returns what it gives.
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor) -> BatchTensor {
        if self == .linear { return input }
        let operation: any Operator =
            if let code { ActivationOperator(input, code.code, parameter: code.parameter, builder) } else {
                SoftmaxOperator(input, builder)
            }
        builder.append(operation)
        return operation.outputs[0]
    }
}

extension ActivationLayer {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        place.leavesActivation ? input : activation.build(builder, from: input)
    }
}

extension WorkspaceBuilder {
    /// Puts an operator in the row, and behind it its activation, unless somebody else does that.
    func append(_ operation: any Operator, with activation: Activation, isDone: Bool) -> BatchTensor {
        append(operation)
        return isDone ? operation.outputs[0] : activation.build(self, from: operation.outputs[0])
    }
}

extension Pass {
    /// Carries the gradient of a tensor back through the relu that an operator has applied while it computed the tensor.
    func undoRelu(of tensor: BatchTensor, _ share: Share) {
        let part = part(of: tensor, share)
        guard !part.isEmpty else { return }
        // After dropout in place the values are zero or scaled: their sign still says what relu let through.
        kernels.activateBackward(
            ActivationCode.relu.value,
            0,
            part.rows,
            part.floats,
            tensor.values,
            tensor.values,
            tensor.gradient
        )
    }
}
