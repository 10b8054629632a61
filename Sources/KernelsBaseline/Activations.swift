package import CKernelPrimitives

/// An activation that works element by element.
///
/// `parameter` is its slope or its alpha, if it has one.
protocol ElementwiseActivation {
    static func value(_ x: Vector, _ parameter: Float) -> Vector

    /// The derivative, from the input `x` or the output `y`, whichever is simpler.
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector
}

enum Linear: ElementwiseActivation {
    @inline(__always) static func value(_ x: Vector, _ parameter: Float) -> Vector { x }
    @inline(__always) static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector { vector_splat(1) }
}

enum Relu: ElementwiseActivation {
    @inline(__always)
    static func value(_ x: Vector, _ parameter: Float) -> Vector { vector_max(x, vector_splat(0)) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector {
        vector_where_greater(y, vector_splat(0), vector_splat(1), vector_splat(0))
    }
}

enum Sigmoid: ElementwiseActivation {
    @inline(__always) static func value(_ x: Vector, _ parameter: Float) -> Vector { vector_sigmoid(x) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector { y * (vector_splat(1) - y) }
}

enum Tanh: ElementwiseActivation {
    @inline(__always) static func value(_ x: Vector, _ parameter: Float) -> Vector { vector_tanh(x) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector { vector_splat(1) - y * y }
}

/// `x` above zero, otherwise `slope * x`.
enum LeakyRelu: ElementwiseActivation {
    @inline(__always)
    static func value(_ x: Vector, _ slope: Float) -> Vector {
        vector_where_greater(x, vector_splat(0), x, x * slope)
    }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ slope: Float) -> Vector {
        vector_where_greater(x, vector_splat(0), vector_splat(1), vector_splat(slope))
    }
}

/// `x` above zero, otherwise `alpha * (e^x - 1)`.
enum Elu: ElementwiseActivation {
    @inline(__always)
    static func value(_ x: Vector, _ alpha: Float) -> Vector {
        vector_where_greater(x, vector_splat(0), x, (vector_exp(x) - vector_splat(1)) * alpha)
    }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ alpha: Float) -> Vector {
        vector_where_greater(x, vector_splat(0), vector_splat(1), vector_exp(x) * alpha)
    }
}

/// `x` times the normal distribution function of `x` (Hendrycks and Gimpel, 2016).
enum Gelu: ElementwiseActivation {
    @inline(__always) private static func distribution(_ x: Vector) -> Vector {
        (vector_erf(x * 0.70710678118654752) + vector_splat(1)) * 0.5
    }
    @inline(__always) static func value(_ x: Vector, _ parameter: Float) -> Vector { x * distribution(x) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector {
        let density = vector_exp(x * x * -0.5) * 0.39894228040143268
        return distribution(x) + x * density
    }
}

/// Gelu's approximation by tanh: `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))`.
enum GeluTanh: ElementwiseActivation {
    @inline(__always) private static func tangent(_ x: Vector) -> Vector {
        vector_tanh((x + x * x * x * 0.044715) * 0.79788456080286536)
    }
    @inline(__always)
    static func value(_ x: Vector, _ parameter: Float) -> Vector { x * 0.5 * (vector_splat(1) + tangent(x)) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector {
        let t = tangent(x)
        let inner = (vector_splat(1) + x * x * 0.134145) * 0.79788456080286536
        return (vector_splat(1) + t) * 0.5 + x * 0.5 * (vector_splat(1) - t * t) * inner
    }
}

/// `log(1 + e^x)`.
enum Softplus: ElementwiseActivation {
    @inline(__always) static func value(_ x: Vector, _ parameter: Float) -> Vector { vector_softplus(x) }
    @inline(__always)
    static func derivative(_ x: Vector, _ y: Vector, _ parameter: Float) -> Vector { vector_sigmoid(x) }
}

/// Sets `y` to the activation of `x` in the rows and columns given; columns are whole vectors.
@inline(never)
package func activate(
    _ kind: Int32,
    _ parameter: Float,
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows
) {
    switch kind {
    case MLOPS_ACTIVATION_RELU: forward(Relu.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_SIGMOID: forward(Sigmoid.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_TANH: forward(Tanh.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_LEAKY_RELU: forward(LeakyRelu.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_ELU: forward(Elu.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_GELU: forward(Gelu.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_GELU_TANH: forward(GeluTanh.self, parameter, rows, columns, x, y)
    case MLOPS_ACTIVATION_SOFTPLUS: forward(Softplus.self, parameter, rows, columns, x, y)
    default: forward(Linear.self, parameter, rows, columns, x, y)
    }
}

/// Multiplies the gradient `g` of the output by the derivative, in place: it becomes the gradient of the input.
@inline(never)
package func activateBackward(
    _ kind: Int32,
    _ parameter: Float,
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows,
    _ g: mlops_rows
) {
    switch kind {
    case MLOPS_ACTIVATION_RELU: backward(Relu.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_SIGMOID: backward(Sigmoid.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_TANH: backward(Tanh.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_LEAKY_RELU: backward(LeakyRelu.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_ELU: backward(Elu.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_GELU: backward(Gelu.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_GELU_TANH: backward(GeluTanh.self, parameter, rows, columns, x, y, g)
    case MLOPS_ACTIVATION_SOFTPLUS: backward(Softplus.self, parameter, rows, columns, x, y, g)
    default: break
    }
}

@inline(__always)
private func forward<Kind: ElementwiseActivation>(
    _: Kind.Type,
    _ parameter: Float,
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows
) {
    for row in rows {
        var column = columns.lowerBound
        while column < columns.upperBound {
            let value = Kind.value(vector_load(x.start + row * x.row + column), parameter)
            vector_store(y.start + row * y.row + column, value)
            column += 16
        }
    }
}

@inline(__always)
private func backward<Kind: ElementwiseActivation>(
    _: Kind.Type,
    _ parameter: Float,
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows,
    _ g: mlops_rows
) {
    for row in rows {
        var column = columns.lowerBound
        while column < columns.upperBound {
            let input = vector_load(x.start + row * x.row + column)
            let output = vector_load(y.start + row * y.row + column)
            let gradient = g.start + row * g.row + column
            vector_store(gradient, vector_load(gradient) * Kind.derivative(input, output, parameter))
            column += 16
        }
    }
}
