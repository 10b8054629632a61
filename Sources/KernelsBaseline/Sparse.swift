internal import CKernelPrimitives

// Where many inputs are exactly zero (the background of images, what relu and dropout leave), their terms are left out.
// A sum that skips `0 * w` has the same bits as one that adds it, for finite `w`, so this is a matter of speed only.
//
// The values that count are listed per row of the small matrix, in pieces of 48, and multiplied with several panels at
// once: the other factor then comes from the first-level cache as fast as it can be multiplied.

/// Length of a piece.
let listLength = 48

/// Rows that the lists have room for.
let listRows = 64

/// Nonzero values and their numbers, one list after another with room for `stride` entries each.
struct SparseLists {
    let values: MutableFloats
    let numbers: UnsafeMutablePointer<Int32>
    let stride: Int

    /// What the lists take of a thread's scratch memory.
    @inline(__always)
    static var floats: Int { 2 * listLength * listRows }

    /// Lists at the start of a thread's scratch memory.
    @inline(__always)
    init(_ scratch: MutableFloats, stride: Int) {
        values = scratch
        numbers = UnsafeMutableRawPointer(scratch + listLength * listRows).assumingMemoryBound(to: Int32.self)
        self.stride = stride
    }

    /// Lists the nonzero ones of `count` values that lie `step` apart, with their numbers.
    ///
    /// Returns the number of entries.
    @inline(__always)
    func fill(_ list: Int, from source: Floats, count: Int, step: Int) -> Int {
        let values = values + list * stride
        let numbers = numbers + list * stride
        var entries = 0
        var source = source
        for number in 0..<count {
            let value = source[0]
            values[entries] = value
            numbers[entries] = Int32(truncatingIfNeeded: number)
            entries += value != 0 ? 1 : 0
            source += step
        }
        return entries
    }
}

/// Whether so many of the elements of `x`, [rows][width], are zero that leaving them out is faster.
@inline(__always)
func isSparse(_ x: mlops_rows, _ rows: Range<Int>, _ width: Int) -> Bool {
    guard rows.count <= listRows, width >= 16 else { return false }
    var counted = vector_splat(0)
    for row in rows {
        let source = x.start + row * x.row
        var column = 0
        while column + 16 <= width {
            let size = vector_abs(vector_load(source + column))
            counted += vector_where_greater(size, vector_splat(0), vector_splat(1), vector_splat(0))
            column += 16
        }
    }
    return vector_sum(counted) < Float(rows.count * (width / 16 * 16)) * 0.65
}

/// Adds `values[i] * b[numbers[i]]` to the sums, entry after entry; row k of b lies at `k * bStep`, panels side by side.
@inline(__always)
func accumulateListed<let panels: Int>(
    _ sums: inout Tile<1, panels>,
    _ lists: SparseLists,
    _ list: Int,
    count: Int,
    b: Floats,
    bStep: Int
) {
    let values = lists.values + list * lists.stride
    let numbers = lists.numbers + list * lists.stride
    for entry in 0..<count {
        let value = vector_splat(values[entry])
        let partner = b + Int(numbers[entry]) * bStep
        for panel in 0..<panels {
            sums[0][panel] = vector_fma(vector_load(partner + panel * 16), value, sums[0][panel])
        }
    }
}
