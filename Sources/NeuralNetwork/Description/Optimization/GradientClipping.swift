/// What keeps steps bounded where gradients explode, with Keras's three rules.
package enum GradientClipping: Sendable, Equatable, Codable {
    /// The gradient of each parameter is made as short as this, where it is longer (`clipnorm`).
    case norm(limit: Double)
    /// All gradients together are, by one factor (`global_clipnorm`; PyTorch's `clip_grad_norm_`).
    case globalNorm(limit: Double)
    /// Each number of a gradient is brought between `-limit` and `limit` (`clipvalue`).
    case value(limit: Double)
}
