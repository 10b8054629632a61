package import CKernelPrimitives

/// What becomes of a vector of gradients; `offset` counts floats from the start of the parameters.
protocol UpdateRule {
    init(_ update: mlops_update)
    func apply(_ offset: Int, _ gradient: Vector)
}

/// Stores the gradient and leaves the parameter.
struct Keep: UpdateRule {
    let gradients: MutableFloats

    @inline(__always)
    init(_ update: mlops_update) { gradients = update.gradients }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) { vector_store(gradients + offset, gradient) }
}

/// `w -= rate * g`.
struct GradientDescent: UpdateRule {
    let parameters: MutableFloats
    let step: Vector

    @inline(__always)
    init(_ update: mlops_update) {
        parameters = update.parameters
        step = vector_splat(-update.rate)
    }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) {
        vector_store(parameters + offset, vector_fma(gradient, step, vector_load(parameters + offset)))
    }
}

/// `velocity = momentum * velocity - rate * g; w += velocity`.
///
/// Nesterov's form, as Keras has it, adds `momentum * velocity - rate * g` instead.
struct Momentum: UpdateRule {
    let parameters: MutableFloats
    let velocities: MutableFloats
    let step: Vector
    let momentum: Vector
    let isNesterov: Bool

    @inline(__always)
    init(_ update: mlops_update) {
        parameters = update.parameters
        velocities = update.first
        step = vector_splat(-update.rate)
        momentum = vector_splat(update.momentum)
        isNesterov = update.rule == MLOPS_UPDATE_NESTEROV
    }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) {
        let velocity = vector_fma(gradient, step, vector_load(velocities + offset) * momentum)
        vector_store(velocities + offset, velocity)
        let parameter = vector_load(parameters + offset)
        if isNesterov {
            vector_store(parameters + offset, vector_fma(gradient, step, vector_fma(velocity, momentum, parameter)))
        } else {
            vector_store(parameters + offset, parameter + velocity)
        }
    }
}

/// Adam in Keras's form, with "epsilon hat" (Kingma and Ba, 2014, end of section 2).
///
/// A first moment that has faded away, because the gradient stayed zero, becomes zero. It moves no weight, and would end
/// as a subnormal number for good, with which processors calculate more slowly.
struct Adam: UpdateRule {
    let parameters: MutableFloats
    let firsts: MutableFloats
    let seconds: MutableFloats
    let beta1: Vector
    let beta1Complement: Vector
    let beta2: Vector
    let beta2Complement: Vector
    let rate: Vector
    let epsilon: Vector
    let decay: Vector

    @inline(__always)
    init(_ update: mlops_update) {
        parameters = update.parameters
        firsts = update.first
        seconds = update.second
        beta1 = vector_splat(update.beta1)
        beta1Complement = vector_splat(update.beta1_complement)
        beta2 = vector_splat(update.beta2)
        beta2Complement = vector_splat(update.beta2_complement)
        rate = vector_splat(update.rate)
        epsilon = vector_splat(update.epsilon)
        decay = vector_splat(-update.decay)
    }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) {
        let moment = vector_fma(gradient, beta1Complement, vector_load(firsts + offset) * beta1)
        let first = zeroWhereFaded(moment)
        let second = vector_fma(gradient * gradient, beta2Complement, vector_load(seconds + offset) * beta2)
        vector_store(firsts + offset, first)
        vector_store(seconds + offset, second)
        let change = (first * rate) / (vector_sqrt(second) + epsilon)
        let parameter = vector_load(parameters + offset)
        // Without a decay a zero is added.
        vector_store(parameters + offset, vector_fma(parameter, decay, parameter) - change)
    }
}

/// RMSprop in Keras's form: `v = rho * v + (1 - rho) * g^2; w -= rate * g / sqrt(v + epsilon)`.
///
/// With momentum the change is added to a velocity; the centered form takes the square of the mean gradient off `v`.
struct RMSProp: UpdateRule {
    let parameters: MutableFloats
    let squares: MutableFloats
    let velocities: MutableFloats
    let means: MutableFloats
    let rho: Vector
    let rhoComplement: Vector
    let rate: Vector
    let momentum: Vector
    let epsilon: Vector
    let hasMomentum: Bool
    let isCentered: Bool

    @inline(__always)
    init(_ update: mlops_update) {
        parameters = update.parameters
        hasMomentum = update.momentum > 0
        isCentered = update.rule == MLOPS_UPDATE_RMSPROP_CENTERED
        velocities = update.first
        squares = hasMomentum ? update.second : update.first
        means = hasMomentum ? update.third : update.second
        rho = vector_splat(update.beta2)
        rhoComplement = vector_splat(update.beta2_complement)
        rate = vector_splat(update.rate)
        momentum = vector_splat(update.momentum)
        epsilon = vector_splat(update.epsilon)
    }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) {
        let square = zeroWhereFaded(
            vector_fma(gradient * gradient, rhoComplement, vector_load(squares + offset) * rho)
        )
        vector_store(squares + offset, square)
        var denominator = square + epsilon
        if isCentered {
            let mean = zeroWhereFaded(vector_fma(gradient, rhoComplement, vector_load(means + offset) * rho))
            vector_store(means + offset, mean)
            // Rounding can leave less than nothing of gradients that are all the same.
            denominator = vector_max(denominator - mean * mean, epsilon)
        }
        var change = (gradient * rate) / vector_sqrt(denominator)
        if hasMomentum {
            change = zeroWhereFaded(vector_fma(vector_load(velocities + offset), momentum, change))
            vector_store(velocities + offset, change)
        }
        vector_store(parameters + offset, vector_load(parameters + offset) - change)
    }
}

/// Numbers too small to move a weight become zero, before they become subnormal for good.
@inline(__always)
private func zeroWhereFaded(_ value: Vector) -> Vector {
    vector_where_greater(vector_splat(0x1p-100), vector_abs(value), vector_splat(0), value)
}

/// A rule for the loss with penalties on large weights: `g + l1 * sign(w) + 2 * l2 * w` is its gradient.
struct Penalized<Rule: UpdateRule>: UpdateRule {
    let rule: Rule
    let parameters: MutableFloats
    let l1: Vector
    let doubleL2: Vector

    @inline(__always)
    init(_ update: mlops_update) {
        rule = Rule(update)
        parameters = update.parameters
        l1 = vector_splat(update.l1)
        doubleL2 = vector_splat(2 * update.l2)
    }

    @inline(__always)
    func apply(_ offset: Int, _ gradient: Vector) {
        let weight = vector_load(parameters + offset)
        let zero = vector_splat(0)
        let negative = vector_where_greater(zero, weight, zero - l1, zero)
        let sign = vector_where_greater(weight, zero, l1, negative)
        rule.apply(offset, vector_fma(weight, doubleL2, gradient + sign))
    }
}

/// Gives gradients to the update, from one offset to another in whole vectors.
@inline(never)
func updateParameters(_ update: mlops_update, from gradients: Floats, _ offsets: Range<Int>) {
    if update.l1 != 0 || update.l2 != 0 {
        switch update.rule {
        case MLOPS_UPDATE_SGD: apply(Penalized<GradientDescent>(update), gradients, offsets)
        case MLOPS_UPDATE_MOMENTUM, MLOPS_UPDATE_NESTEROV: apply(Penalized<Momentum>(update), gradients, offsets)
        case MLOPS_UPDATE_ADAM: apply(Penalized<Adam>(update), gradients, offsets)
        case MLOPS_UPDATE_RMSPROP, MLOPS_UPDATE_RMSPROP_CENTERED:
            apply(Penalized<RMSProp>(update), gradients, offsets)
        default: apply(Penalized<Keep>(update), gradients, offsets)
        }
        return
    }
    switch update.rule {
    case MLOPS_UPDATE_SGD: apply(GradientDescent(update), gradients, offsets)
    case MLOPS_UPDATE_MOMENTUM, MLOPS_UPDATE_NESTEROV: apply(Momentum(update), gradients, offsets)
    case MLOPS_UPDATE_ADAM: apply(Adam(update), gradients, offsets)
    case MLOPS_UPDATE_RMSPROP, MLOPS_UPDATE_RMSPROP_CENTERED: apply(RMSProp(update), gradients, offsets)
    default: apply(Keep(update), gradients, offsets)
    }
}

@inline(__always)
private func apply<Rule: UpdateRule>(_ rule: Rule, _ gradients: Floats, _ offsets: Range<Int>) {
    var source = gradients
    var offset = offsets.lowerBound
    while offset < offsets.upperBound {
        rule.apply(offset, vector_load(source))
        source += 16
        offset += 16
    }
}

/// Gives gradients that lie elsewhere to the update, from one offset to another in whole vectors.
package func applyUpdate(_ update: mlops_update, _ gradients: UnsafePointer<Float>, _ offsets: Range<Int>) {
    updateParameters(update, from: gradients, offsets)
}

/// Changes parameters by gradients that were kept.
@inline(never)
package func applyGradients(_ update: mlops_update, _ offsets: Range<Int>) {
    updateParameters(update, from: Floats(update.gradients + offsets.lowerBound), offsets)
}
