/// A penalty on large weights, added to the loss: `l1 * sum(|w|) + l2 * sum(w^2)` (Keras's `L1L2`).
///
/// PyTorch's `weight_decay` of an optimizer `d` is an `l2` of `d / 2`.
package struct Regularizer: Sendable, Equatable, Codable {
    package var l1: Float
    package var l2: Float

    package init(l1: Float = 0, l2: Float = 0) {
        self.l1 = l1
        self.l2 = l2
    }
}
