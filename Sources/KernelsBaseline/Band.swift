internal import CKernelPrimitives

/// The panels that a band of a kernel has at most: as many as the registers hold sums for.
@inline(__always)
package var panelsPerBand: Int {
    #if KERNELS_V4
    8
    #else
    6
    #endif
}

/// Floats of scratch memory that every thread needs: lists of nonzero values, and the gradients of 48 inputs for a band.
@inline(__always)
package var scratchFloats: Int { SparseLists.floats + 48 * panelsPerBand * 16 }

/// Neighbouring panels of a packed Dense kernel, whose weights lie together: `[inputs][count * 16]`.
///
/// What one input contributes to all of a band is then one piece of memory, read and written in one go.
struct Band {
    /// The number of the first panel.
    let first: Int
    let count: Int
    let weights: MutableFloats

    /// Band number `number` of a layer.
    @inline(__always)
    init(_ dense: mlops_dense, number: Int) {
        let bands = Band.count(dense)
        first = dense.panels * number / bands
        count = dense.panels * (number + 1) / bands - first
        weights = dense.kernel + first * dense.inputs * 16
    }

    /// The band that a panel belongs to.
    @inline(__always)
    init(_ dense: mlops_dense, containing panel: Int) {
        self.init(dense, number: ((panel + 1) * Band.count(dense) - 1) / dense.panels)
    }

    /// The number of bands of a layer.
    @inline(__always)
    static func count(_ dense: mlops_dense) -> Int { (dense.panels + panelsPerBand - 1) / panelsPerBand }

    /// Floats from one input's weights to the next one's.
    @inline(__always)
    var row: Int { count * 16 }

    /// The weights of an input and a panel of the band.
    @inline(__always)
    func place(_ input: Int, _ panel: Int) -> MutableFloats { weights + (input * count + panel - first) * 16 }
}
