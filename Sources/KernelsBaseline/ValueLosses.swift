internal import CKernelPrimitives

// Losses that look at one output and one target at a time; a row's loss is their mean (Keras's definitions).

/// Keras keeps probabilities this far from 0 and 1 before it takes a logarithm.
let probabilityMargin: Float = 1e-7

/// A loss of one output `y` against one target `t`, and its derivative by `y`.
protocol ElementwiseLoss {
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector
}

enum SquaredError: ElementwiseLoss {
    @inline(__always)
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector { (y - t) * (y - t) }
    @inline(__always)
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector { (y - t) * 2 }
}

enum AbsoluteError: ElementwiseLoss {
    @inline(__always)
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector { vector_abs(y - t) }
    @inline(__always)
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector {
        let below = vector_where_greater(t, y, vector_splat(-1), vector_splat(0))
        return vector_where_greater(y, t, vector_splat(1), below)
    }
}

/// Half the squared error up to `delta`, beyond it linear (Huber, 1964).
enum HuberLoss: ElementwiseLoss {
    @inline(__always)
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector {
        let error = y - t
        let size = vector_abs(error)
        let linear = size * delta - vector_splat(0.5 * delta * delta)
        return vector_where_greater(size, vector_splat(delta), linear, error * error * 0.5)
    }
    @inline(__always)
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector {
        vector_min(vector_max(y - t, vector_splat(-delta)), vector_splat(delta))
    }
}

/// Binary crossentropy of a probability.
enum BinaryCrossentropy: ElementwiseLoss {
    @inline(__always) private static func clipped(_ y: Vector) -> Vector {
        vector_min(vector_max(y, vector_splat(probabilityMargin)), vector_splat(1 - probabilityMargin))
    }
    @inline(__always)
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector {
        let p = clipped(y)
        let one = vector_splat(1)
        return vector_splat(0) - (t * vector_log(p) + (one - t) * vector_log(one - p))
    }
    @inline(__always)
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector {
        let p = clipped(y)
        let slope = (p - t) / (p * (vector_splat(1) - p))
        return unlessClipped(y, slope)
    }
}

/// Zero where a probability was clipped, because the loss no longer moves there.
@inline(__always)
func unlessClipped(_ y: Vector, _ slope: Vector) -> Vector {
    let zero = vector_splat(0)
    let low = vector_where_greater(vector_splat(probabilityMargin), y, zero, slope)
    return vector_where_greater(y, vector_splat(1 - probabilityMargin), zero, low)
}

/// Binary crossentropy of the sigmoid of `y`: `max(y, 0) - y * t + log(1 + e^-|y|)`.
enum BinaryCrossentropyOfLogits: ElementwiseLoss {
    @inline(__always)
    static func value(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector { vector_softplus(y) - y * t }
    @inline(__always)
    static func derivative(_ y: Vector, _ t: Vector, _ delta: Float) -> Vector { vector_sigmoid(y) - t }
}

@inline(__always)
func elementwiseLoss<Kind: ElementwiseLoss>(_: Kind.Type, _ loss: mlops_loss, _ rows: Range<Int>) {
    let units = Float(loss.units)
    for row in rows {
        let y = loss.outputs.start + row * loss.outputs.row
        let t = loss.targets.start + row * loss.targets.row
        let g = loss.gradients.start + row * loss.gradients.row
        let weight = loss.weights[row]
        let scale = loss.scale * weight / units
        var sum = vector_splat(0)
        var column = 0
        while column < loss.units {
            let inside = Int32(loss.units - column)
            let (output, target) = (vector_load(y + column), vector_load(t + column))
            sum += vector_first(inside, Kind.value(output, target, loss.delta), vector_splat(0))
            let slope = Kind.derivative(output, target, loss.delta) * scale
            vector_store(g + column, vector_first(inside, slope, vector_splat(0)))
            column += 16
        }
        loss.losses[row] = vector_sum(sum) / units * weight
    }
}
