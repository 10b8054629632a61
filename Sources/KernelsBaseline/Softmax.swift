package import CKernelPrimitives

// A row of `units` numbers is worked on in whole vectors; the lanes beyond the last unit are kept out of every result.

/// The largest of the first `units` numbers of a row.
@inline(__always)
func rowLargest(_ row: Floats, _ units: Int) -> Float {
    var largest = vector_splat(-.infinity)
    var column = 0
    while column < units {
        let values = vector_first(Int32(units - column), vector_load(row + column), vector_splat(-.infinity))
        largest = vector_max(values, largest)
        column += 16
    }
    return vector_largest(largest)
}

/// Leaves `e^(x - largest)` in `target` and returns their sum; padding lanes get zero.
@inline(__always)
func rowExponentials(_ x: Floats, _ target: MutableFloats, _ units: Int, _ largest: Float) -> Float {
    var sum = vector_splat(0)
    var column = 0
    while column < units {
        let shifted = vector_load(x + column) - vector_splat(largest)
        let power = vector_first(Int32(units - column), vector_exp(shifted), vector_splat(0))
        vector_store(target + column, power)
        sum += power
        column += 16
    }
    return vector_sum(sum)
}

/// Sets every row of `y` to the softmax of the row of `x`: `e^x` over the sum of them all.
@inline(never)
package func softmax(_ units: Int, _ rows: Range<Int>, _ x: mlops_rows, _ y: mlops_rows) {
    for row in rows {
        let input = Floats(x.start + row * x.row)
        let output = y.start + row * y.row
        let sum = rowExponentials(input, output, units, rowLargest(input, units))
        var column = 0
        while column < units {
            vector_store(output + column, vector_load(output + column) / vector_splat(sum))
            column += 16
        }
    }
}

/// Turns the gradient `g` of a softmax's output `y` into the gradient of its input: `y * (g - sum(g * y))`.
@inline(never)
package func softmaxBackward(_ units: Int, _ rows: Range<Int>, _ y: mlops_rows, _ g: mlops_rows) {
    for row in rows {
        let output = y.start + row * y.row
        let gradient = g.start + row * g.row
        var sum = vector_splat(0)
        var column = 0
        while column < units {
            // The padding of y is zero, that of g may be anything finite.
            sum += vector_load(output + column) * vector_load(gradient + column)
            column += 16
        }
        let dot = vector_splat(vector_sum(sum))
        column = 0
        while column < units {
            let centred = vector_load(gradient + column) - dot
            vector_store(gradient + column, vector_load(output + column) * centred)
            column += 16
        }
    }
}
