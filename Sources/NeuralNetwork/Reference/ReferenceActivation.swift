internal import Support

/// Activations of one row, as their formulas say it: the definition that the kernels are tested against.
package enum ReferenceActivation {
    /// `y = f(x)`, both `[units]`.
    package static func forward(_ activation: Activation, _ x: [Double]) -> [Double] {
        if activation == .softmax {
            let largest = x.max() ?? 0
            let powers = x.map { RepeatableMath.exp($0 - largest) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
        return x.map { value(activation, $0) }
    }

    /// The gradient of `x` from the gradient of `y`, all `[units]`.
    package static func backward(_ activation: Activation, _ x: [Double], _ yGradient: [Double]) -> [Double] {
        if activation == .softmax {
            let y = forward(activation, x)
            let dot = zip(y, yGradient).reduce(0) { $0 + $1.0 * $1.1 }
            return zip(y, yGradient).map { $0 * ($1 - dot) }
        }
        return zip(x, yGradient).map { derivative(activation, $0) * $1 }
    }

    private static func value(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .linear, .softmax: x
        case .relu: max(x, 0)
        case .sigmoid: ReferenceMath.sigmoid(x)
        case .tanh: ReferenceMath.tanh(x)
        case .leakyReLU(let slope): x > 0 ? x : Double(slope) * x
        case .elu(let alpha): x > 0 ? x : Double(alpha) * (RepeatableMath.exp(x) - 1)
        case .gelu(approximate: false): x / 2 * (1 + ReferenceMath.erf(x / 2.0.squareRoot()))
        case .gelu(approximate: true): x / 2 * (1 + ReferenceMath.tanh(geluInner(x)))
        case .softplus: ReferenceMath.softplus(x)
        }
    }

    private static func derivative(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .linear, .softmax: return 1
        case .relu: return x > 0 ? 1 : 0
        case .sigmoid: return ReferenceMath.sigmoid(x) * (1 - ReferenceMath.sigmoid(x))
        case .tanh: return 1 - ReferenceMath.tanh(x) * ReferenceMath.tanh(x)
        case .leakyReLU(let slope): return x > 0 ? 1 : Double(slope)
        case .elu(let alpha): return x > 0 ? 1 : Double(alpha) * RepeatableMath.exp(x)
        case .gelu(approximate: false):
            let density = RepeatableMath.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            return (1 + ReferenceMath.erf(x / 2.0.squareRoot())) / 2 + x * density
        case .gelu(approximate: true):
            let t = ReferenceMath.tanh(geluInner(x))
            return (1 + t) / 2 + x / 2 * (1 - t * t) * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
        case .softplus: return ReferenceMath.sigmoid(x)
        }
    }

    private static func geluInner(_ x: Double) -> Double {
        (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    }
}
