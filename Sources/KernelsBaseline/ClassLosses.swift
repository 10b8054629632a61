package import CKernelPrimitives

// Losses over a whole row of classes. Of logits: the softmax is part of the loss, and the gradient is `p - t`. Of
// probabilities: as Keras does it, with clipping; the gradient is that of the clipped and normalized row.

/// Computes the loss and the gradient of the rows given.
@inline(never)
package func computeLoss(_ loss: mlops_loss, _ rows: Range<Int>) {
    switch loss.kind {
    case MLOPS_LOSS_SQUARED: elementwiseLoss(SquaredError.self, loss, rows)
    case MLOPS_LOSS_ABSOLUTE: elementwiseLoss(AbsoluteError.self, loss, rows)
    case MLOPS_LOSS_HUBER: elementwiseLoss(HuberLoss.self, loss, rows)
    case MLOPS_LOSS_BINARY: elementwiseLoss(BinaryCrossentropy.self, loss, rows)
    case MLOPS_LOSS_BINARY_LOGITS: elementwiseLoss(BinaryCrossentropyOfLogits.self, loss, rows)
    case MLOPS_LOSS_CATEGORICAL: for row in rows { categorical(loss, row) }
    case MLOPS_LOSS_CATEGORICAL_LOGITS: for row in rows { crossentropyOfLogits(loss, row, sparse: false) }
    case MLOPS_LOSS_SPARSE: for row in rows { sparse(loss, row) }
    default: for row in rows { crossentropyOfLogits(loss, row, sparse: true) }
    }
}

/// The vector of targets that starts at a column: from the matrix, or one-hot from the label.
@inline(__always)
private func targets(_ loss: mlops_loss, _ row: Int, _ column: Int, sparse: Bool) -> Vector {
    if sparse { return vector_one_hot(loss.labels[row] - Int32(column)) }
    let values = vector_load(loss.targets.start + row * loss.targets.row + column)
    return vector_first(Int32(loss.units - column), values, vector_splat(0))
}

@inline(__always)
private func crossentropyOfLogits(_ loss: mlops_loss, _ row: Int, sparse: Bool) {
    let logits = Floats(loss.outputs.start + row * loss.outputs.row)
    let g = loss.gradients.start + row * loss.gradients.row
    let largest = rowLargest(logits, loss.units)
    let sum = rowExponentials(logits, g, loss.units, largest)
    // -sum(t * log p) = sum(t) * (largest + log(sum)) - sum(t * logit); the gradient by a logit is sum(t) * p - t.
    var targetSum = vector_splat(0)
    var product = vector_splat(0)
    var column = 0
    while column < loss.units {
        let t = targets(loss, row, column, sparse: sparse)
        targetSum += t
        let shifted = vector_load(logits + column) - vector_splat(largest)
        product += vector_first(Int32(loss.units - column), t * shifted, vector_splat(0))
        column += 16
    }
    let total = vector_sum(targetSum)
    let weight = loss.weights[row]
    let scale = loss.scale * weight
    column = 0
    while column < loss.units {
        let p = vector_load(g + column) / vector_splat(sum)
        let t = targets(loss, row, column, sparse: sparse)
        vector_store(g + column, (p * total - t) * scale)
        column += 16
    }
    let logarithm = vector_log(vector_splat(sum))[0]
    loss.losses[row] = (total * logarithm - vector_sum(product)) * weight
}

/// `-sum(t * log(clip(y / sum(y))))`.
@inline(__always)
private func categorical(_ loss: mlops_loss, _ row: Int) {
    let y = loss.outputs.start + row * loss.outputs.row
    let g = loss.gradients.start + row * loss.gradients.row
    let zero = vector_splat(0)
    var sums = zero
    var column = 0
    while column < loss.units {
        sums += vector_first(Int32(loss.units - column), vector_load(y + column), zero)
        column += 16
    }
    let sum = vector_splat(vector_sum(sums))
    var value = zero
    var dot = zero
    column = 0
    while column < loss.units {
        let inside = Int32(loss.units - column)
        let p = vector_load(y + column) / sum
        let t = targets(loss, row, column, sparse: false)
        let clipped = vector_min(vector_max(p, vector_splat(probabilityMargin)), vector_splat(1 - probabilityMargin))
        value += vector_first(inside, t * vector_log(clipped), zero)
        // The derivative by p, and its product with p, which normalizing brings in.
        let slope = unlessClipped(p, zero - t / clipped)
        dot += vector_first(inside, slope * p, zero)
        vector_store(g + column, slope)
        column += 16
    }
    let weight = loss.weights[row]
    let common = vector_splat(vector_sum(dot))
    let scale = loss.scale * weight
    column = 0
    while column < loss.units {
        let gradient = (vector_load(g + column) - common) / sum * scale
        vector_store(g + column, vector_first(Int32(loss.units - column), gradient, zero))
        column += 16
    }
    loss.losses[row] = (0 - vector_sum(value)) * weight
}

/// `-log(c / sum(c))` of the label's element, where `c` is `clip(y)`.
@inline(__always)
private func sparse(_ loss: mlops_loss, _ row: Int) {
    let y = loss.outputs.start + row * loss.outputs.row
    let g = loss.gradients.start + row * loss.gradients.row
    let zero = vector_splat(0)
    var sums = zero
    var chosen = zero
    var column = 0
    while column < loss.units {
        let values = vector_load(y + column)
        let clipped = vector_min(
            vector_max(values, vector_splat(probabilityMargin)),
            vector_splat(1 - probabilityMargin)
        )
        let inside = vector_first(Int32(loss.units - column), clipped, zero)
        sums += inside
        chosen += inside * targets(loss, row, column, sparse: true)
        vector_store(g + column, inside)
        column += 16
    }
    let sum = vector_sum(sums)
    let weight = loss.weights[row]
    let scale = loss.scale * weight
    column = 0
    while column < loss.units {
        let t = targets(loss, row, column, sparse: true)
        let slope = vector_splat(1 / sum) - t / vector_max(vector_load(g + column), vector_splat(probabilityMargin))
        let gradient = unlessClipped(vector_load(y + column), slope) * scale
        vector_store(g + column, vector_first(Int32(loss.units - column), gradient, zero))
        column += 16
    }
    let ratio = vector_log(vector_splat(sum)) - vector_log(vector_splat(vector_sum(chosen)))
    loss.losses[row] = ratio[0] * weight
}
