package import CKernelPrimitives

/// Sets elements of `x` to zero where the random number of their place is below the threshold, and scales the rest.
///
/// The same call is the forward pass and, on gradients, the backward pass: the mask is never stored, it is a function of
/// the key and the element's place, `row * units + column`.
@inline(never)
package func dropout(
    _ units: Int,
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ x: mlops_rows,
    _ key: UInt64,
    _ threshold: UInt32,
    _ scale: Float
) {
    for row in rows {
        var column = columns.lowerBound
        while column < columns.upperBound {
            let place = x.start + row * x.row + column
            let counter = UInt32(truncatingIfNeeded: row * units + column)
            vector_store(place, vector_dropout(vector_load(place), counter, key, threshold, scale))
            column += 16
        }
    }
}
