package import CKernelPrimitives

/// What a rule does with one vector of gradients; `offset` counts floats from the start of the parameters.
protocol UpdateRule {
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector)
}

/// Stores the gradient and leaves the parameter.
enum Keep: UpdateRule {
    @inline(__always)
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector) {
        vector_store(update.gradients + offset, gradient)
    }
}

/// `w -= rate * g`.
enum GradientDescent: UpdateRule {
    @inline(__always)
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector) {
        let parameter = update.parameters + offset
        vector_store(parameter, vector_fma(gradient, vector_splat(-update.rate), vector_load(parameter)))
    }
}

/// `velocity = momentum * velocity - rate * g; w += velocity`.
enum Momentum: UpdateRule {
    @inline(__always)
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector) {
        let parameter = update.parameters + offset
        let velocity = moveVelocity(update, offset, gradient)
        vector_store(parameter, vector_load(parameter) + velocity)
    }
}

/// As momentum, then `w += momentum * velocity - rate * g` (Keras's form of Nesterov's).
enum Nesterov: UpdateRule {
    @inline(__always)
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector) {
        let parameter = update.parameters + offset
        let velocity = moveVelocity(update, offset, gradient)
        let ahead = vector_fma(velocity, vector_splat(update.momentum), vector_load(parameter))
        vector_store(parameter, vector_fma(gradient, vector_splat(-update.rate), ahead))
    }
}

@inline(__always)
private func moveVelocity(_ update: mlops_update, _ offset: Int, _ gradient: Vector) -> Vector {
    let kept = vector_load(update.first + offset) * update.momentum
    let velocity = vector_fma(gradient, vector_splat(-update.rate), kept)
    vector_store(update.first + offset, velocity)
    return velocity
}

/// Adam in Keras's form, with "epsilon hat" (Kingma and Ba, 2014, end of section 2).
enum Adam: UpdateRule {
    @inline(__always)
    static func apply(_ update: mlops_update, _ offset: Int, _ gradient: Vector) {
        let first = vector_fma(
            gradient,
            vector_splat(update.beta1_complement),
            vector_load(update.first + offset) * update.beta1
        )
        let second = vector_fma(
            gradient * gradient,
            vector_splat(update.beta2_complement),
            vector_load(update.second + offset) * update.beta2
        )
        vector_store(update.first + offset, first)
        vector_store(update.second + offset, second)
        let parameter = update.parameters + offset
        let change = (first * update.rate) / (vector_sqrt(second) + update.epsilon)
        vector_store(parameter, vector_load(parameter) - change)
    }
}

/// Changes parameters by gradients that were kept, from one offset to another in whole vectors.
@inline(never)
package func applyGradients(_ update: mlops_update, _ offsets: Range<Int>) {
    switch update.rule {
    case MLOPS_UPDATE_SGD: apply(GradientDescent.self, update, offsets)
    case MLOPS_UPDATE_MOMENTUM: apply(Momentum.self, update, offsets)
    case MLOPS_UPDATE_NESTEROV: apply(Nesterov.self, update, offsets)
    case MLOPS_UPDATE_ADAM: apply(Adam.self, update, offsets)
    default: break
    }
}

@inline(__always)
private func apply<Rule: UpdateRule>(_: Rule.Type, _ update: mlops_update, _ offsets: Range<Int>) {
    var offset = offsets.lowerBound
    while offset < offsets.upperBound {
        Rule.apply(update, offset, vector_load(update.gradients + offset))
        offset += 16
    }
}
