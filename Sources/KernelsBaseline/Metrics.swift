package import CKernelPrimitives

/// Computes one number per row that people read: 1 or 0 for right or wrong, or the mean absolute error.
///
/// `threshold` divides yes from no in the outputs of a binary classifier.
@inline(never)
package func measure(
    _ kind: Int32,
    _ loss: mlops_loss,
    _ threshold: Float,
    _ rows: Range<Int>,
    _ results: UnsafeMutablePointer<Float>
) {
    for row in rows {
        let y = Floats(loss.outputs.start + row * loss.outputs.row)
        let t = Floats(loss.targets.start + row * loss.targets.row)
        switch kind {
        case MLOPS_METRIC_SPARSE_ACCURACY:
            results[row] = largestIndex(y, loss.units) == Int(loss.labels[row]) ? 1 : 0
        case MLOPS_METRIC_CATEGORICAL_ACCURACY:
            results[row] = largestIndex(y, loss.units) == largestIndex(t, loss.units) ? 1 : 0
        case MLOPS_METRIC_BINARY_ACCURACY:
            var right: Float = 0
            for unit in 0..<loss.units where (y[unit] > threshold) == (t[unit] > 0.5) { right += 1 }
            results[row] = right / Float(loss.units)
        default:
            var sum: Float = 0
            for unit in 0..<loss.units {
                let error = y[unit] - t[unit]
                sum += error < 0 ? -error : error
            }
            results[row] = sum / Float(loss.units)
        }
    }
}

/// The first place of the largest number.
@inline(__always)
private func largestIndex(_ row: Floats, _ units: Int) -> Int {
    var best = 0
    for unit in 1..<max(units, 1) where row[unit] > row[best] { best = unit }
    return best
}
