import CKernelPrimitives

/// An activation that is chosen at run time, of those whose derivative follows from the output.
struct StateActivation {
    let kind: Int32
    let parameter: Float

    @inline(__always)
    func value(_ x: Vector) -> Vector {
        switch kind {
        case MLOPS_ACTIVATION_TANH: Tanh.value(x, parameter)
        case MLOPS_ACTIVATION_SIGMOID: Sigmoid.value(x, parameter)
        case MLOPS_ACTIVATION_RELU: Relu.value(x, parameter)
        case MLOPS_ACTIVATION_LEAKY_RELU: LeakyRelu.value(x, parameter)
        case MLOPS_ACTIVATION_ELU: Elu.value(x, parameter)
        case MLOPS_ACTIVATION_SOFTPLUS: Softplus.value(x, parameter)
        default: x
        }
    }

    /// The derivative where the output is `y`.
    @inline(__always)
    func derivative(_ y: Vector) -> Vector {
        switch kind {
        case MLOPS_ACTIVATION_TANH: Tanh.derivative(y, y, parameter)
        case MLOPS_ACTIVATION_SIGMOID: Sigmoid.derivative(y, y, parameter)
        case MLOPS_ACTIVATION_RELU: Relu.derivative(y, y, parameter)
        // Input and output have one sign.
        case MLOPS_ACTIVATION_LEAKY_RELU: LeakyRelu.derivative(y, y, parameter)
        // Below zero the output is alpha * (e^x - 1), and the derivative alpha * e^x.
        case MLOPS_ACTIVATION_ELU:
            vector_where_greater(y, vector_splat(0), vector_splat(1), y + vector_splat(parameter))
        // The output is log(1 + e^x), and the derivative 1 - 1 / (1 + e^x).
        case MLOPS_ACTIVATION_SOFTPLUS: vector_splat(1) - vector_exp(vector_splat(0) - y)
        default: vector_splat(1)
        }
    }
}
