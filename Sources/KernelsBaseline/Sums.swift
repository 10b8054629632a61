internal import CKernelPrimitives

/// The sum of the squares of whole vectors of floats, in double precision.
@inline(never)
package func sumOfSquares(_ floats: UnsafePointer<Float>, _ count: Int) -> Double {
    var sum = vector_double_splat(0)
    var offset = 0
    while offset < count {
        let value = vector_double_of(vector_load(floats + offset))
        sum = vector_double_fma(value, value, sum)
        offset += 16
    }
    return vector_double_sum(sum)
}

/// The sum of the absolute values of whole vectors of floats, in double precision.
@inline(never)
package func sumOfAbsolutes(_ floats: UnsafePointer<Float>, _ count: Int) -> Double {
    var sum = vector_double_splat(0)
    var offset = 0
    while offset < count {
        sum += vector_double_of(vector_abs(vector_load(floats + offset)))
        offset += 16
    }
    return vector_double_sum(sum)
}

/// Multiplies whole vectors of floats, and brings what is beyond `-limit` to `limit` there.
@inline(never)
package func scaleAndLimit(_ floats: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float, _ limit: Float) {
    let (factor, most, least) = (vector_splat(scale), vector_splat(limit), vector_splat(-limit))
    var offset = 0
    while offset < count {
        let value = vector_load(floats + offset) * factor
        vector_store(floats + offset, vector_min(vector_max(value, least), most))
        offset += 16
    }
}
