internal import CKernelPrimitives

// Axes: B rows of a batch, K inputs of a layer, N units. A panel is 16 units, one vector.
//
// These sources are built three times, once per instruction set. They use raw pointers and vectors only: a
// specialisation of the standard library would be a weak symbol, which the linker shares between the builds, and code
// for a newer processor would then run on an older one. A test looks for such symbols.

typealias Vector = SIMD16<Float>
typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

/// Sums that stay in registers while a product of matrices is formed.
typealias Tile<let rows: Int, let panels: Int> = InlineArray<rows, InlineArray<panels, Vector>>

/// Every lane of every sum zero.
@inline(__always)
func zeros<let rows: Int, let panels: Int>() -> Tile<rows, panels> {
    Tile<rows, panels>(repeating: InlineArray<panels, Vector>(repeating: vector_splat(0)))
}

/// Adds `A[rows][depth] * B[depth][panels * 16]` to the sums, term after term in the order of `depth`.
///
/// Element (i, k) of A lies at `a[i * aRow + k * aStep]`; row k of panel j of B at `b + j * bPanel + k * bStep`.
@inline(__always)
func accumulate<let rows: Int, let panels: Int>(
    _ sums: inout Tile<rows, panels>,
    depth: Int,
    a: Floats,
    aRow: Int,
    aStep: Int,
    b: Floats,
    bPanel: Int,
    bStep: Int
) {
    var a = a
    var b = b
    for _ in 0..<depth {
        // The values of all panels, and one of A at a time: what a tile needs besides its sums fits into the registers.
        var values = InlineArray<panels, Vector>(repeating: vector_splat(0))
        for panel in 0..<panels { values[panel] = vector_load(b + panel * bPanel) }
        for row in 0..<rows {
            let factor = vector_splat(a[row * aRow])
            for panel in 0..<panels { sums[row][panel] = vector_fma(values[panel], factor, sums[row][panel]) }
        }
        a += aStep
        b += bStep
    }
}

/// The rows that the next tile takes of `remaining` ones, so that few are left for the small tiles.
@inline(__always)
func tileRows(_ remaining: Int) -> Int {
    #if KERNELS_V4
    if remaining >= 8 { return 8 }
    #else
    if remaining >= 6 && remaining != 8 { return 6 }
    #endif
    return remaining >= 4 ? 4 : remaining >= 2 ? 2 : 1
}

/// The panels that a tile takes at once: two where there are 32 vector registers.
@inline(__always)
var tilePanels: Int {
    #if KERNELS_V4
    2
    #else
    1
    #endif
}
