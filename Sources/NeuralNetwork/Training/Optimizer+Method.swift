internal import Kernels
internal import Support

extension Optimizer {
    /// The names of the numbers that it remembers per parameter, in the order in which the kernels take them.
    package var slotNames: [String] {
        switch self {
        case .sgd(let sgd): sgd.momentum > 0 ? ["velocity"] : []
        case .adam, .adamw: ["momentum", "velocity"]
        case .rmsprop(let rmsprop):
            (rmsprop.momentum > 0 ? ["momentum"] : []) + ["velocity"] + (rmsprop.centered ? ["average_gradient"] : [])
        }
    }

    /// The slot names of all optimizers.
    static let knownSlotNames = ["momentum", "velocity", "average_gradient"]

    /// What it does in a step, counted from 1, at a learning rate.
    func method(step: Int, rate: Double) -> UpdateMethod {
        switch self {
        case .sgd(let sgd):
            guard sgd.momentum > 0 else { return .descent(rate: Float(rate)) }
            return .momentum(rate: Float(rate), momentum: Float(sgd.momentum), nesterov: sgd.nesterov)
        case .adam(let adam): return adam.method(step: step, rate: rate, decay: 0)
        case .adamw(let adamw):
            return Adam(beta1: adamw.beta1, beta2: adamw.beta2, epsilon: adamw.epsilon)
                .method(step: step, rate: rate, decay: rate * adamw.weightDecay)
        case .rmsprop(let rmsprop):
            return .rmsprop(
                rate: Float(rate),
                rho: rmsprop.rho,
                momentum: Float(rmsprop.momentum),
                epsilon: Float(rmsprop.epsilon),
                centered: rmsprop.centered
            )
        }
    }
}

extension Adam {
    /// Adam's step, with the bias of the moments taken into the rate.
    fileprivate func method(step: Int, rate: Double, decay: Double) -> UpdateMethod {
        let correction1 = 1 - RepeatableMath.power(beta1, step)
        let correction2 = 1 - RepeatableMath.power(beta2, step)
        let corrected = rate * correction2.squareRoot() / correction1
        return .adam(
            rate: Float(corrected),
            beta1: beta1,
            beta2: beta2,
            epsilon: Float(epsilon),
            decay: Float(decay)
        )
    }
}
