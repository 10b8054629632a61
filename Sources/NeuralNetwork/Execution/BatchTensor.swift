internal import Kernels

/// The numbers of a batch between two operators: a row for each row of the batch, and as many for the gradient.
///
/// The values of a row lie side by side in the order of the shape, `[height, width, channels]` for an image. Threads write
/// disjoint parts.
final class BatchTensor {
    /// The shape of one row.
    let shape: [Int]
    let values: MatrixRows
    /// The gradient of the loss by the values; without gradients the values themselves, which nobody then asks for it.
    let gradient: MatrixRows
    /// Whether an operator before it has parameters that learn, so that somebody wants the gradient.
    let needsGradient: Bool
    /// Whether the next operator may change the values where they are: nobody looks at them again, but for their sign.
    let allowsChange: Bool

    init(shape: [Int], values: MatrixRows, gradient: MatrixRows, needsGradient: Bool, allowsChange: Bool) {
        self.shape = shape
        self.values = values
        self.gradient = gradient
        self.needsGradient = needsGradient
        self.allowsChange = allowsChange
    }

    /// Numbers per row.
    var width: Int { shape.reduce(1, *) }

    /// Vectors per row, with the padding of the last.
    var vectors: Int { (width + 15) / 16 }

    /// The same memory under another shape of as many numbers.
    func reshaped(_ shape: [Int]) -> BatchTensor {
        BatchTensor(
            shape: shape,
            values: values,
            gradient: gradient,
            needsGradient: needsGradient,
            allowsChange: allowsChange
        )
    }
}
