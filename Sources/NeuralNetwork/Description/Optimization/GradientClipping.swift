/// What keeps steps bounded where gradients explode, with Keras's three rules.
package enum GradientClipping: Sendable, Equatable, Codable {
    /// The gradient of each parameter is made as short as this, where it is longer (`clipnorm`).
    case norm(Double)
    /// All gradients together are, by one factor (`global_clipnorm`; PyTorch's `clip_grad_norm_`).
    case globalNorm(Double)
    /// Each number of a gradient is brought between `-value` and `value` (`clipvalue`).
    case value(Double)
}
