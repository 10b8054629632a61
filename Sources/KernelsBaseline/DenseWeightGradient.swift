package import CKernelPrimitives

/// Inputs in one unit of work: a multiple of the rows of a tile.
private let chunk = 48

/// The units of work of ``denseWeightGradient(_:_:_:_:_:_:_:)``: blocks of inputs times bands.
package func denseWeightUnits(_ dense: mlops_dense) -> Int {
    Band.count(dense) * ((dense.inputs + chunk - 1) / chunk)
}

/// Computes the gradient of a Dense layer's kernel, `x^T * dz`, and gives it to the update while it is in the cache.
///
/// `x` is [B][K], `dz` is [B][panels * 16]. Each sum runs over the rows in their order. No thread may still need the
/// old kernel. `scratch` is the thread's own, of `scratchFloats` floats.
@inline(never)
package func denseWeightGradient(
    _ dense: mlops_dense,
    _ rows: Int,
    _ units: Range<Int>,
    _ x: mlops_rows,
    _ dz: mlops_rows,
    _ update: mlops_update,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let bands = Band.count(dense)
    let leavesOutZeros = dense.panels > 2 && isSparse(x, 0..<rows, dense.inputs)
    let gradients = scratch + SparseLists.floats
    let lists = SparseLists(scratch, stride: listRows)
    var counts = InlineArray<48, Int32>(repeating: 0)
    var listed = -1
    for unit in units {
        let band = Band(dense, number: unit % bands)
        let first = unit / bands * chunk
        let inputs = first..<min(dense.inputs, first + chunk)
        if leavesOutZeros {
            if listed != first {
                listed = first
                for input in inputs {
                    let entries = lists.fill(input - first, from: Floats(x.start + input), count: rows, step: x.row)
                    counts[input - first] = Int32(truncatingIfNeeded: entries)
                }
            }
            for input in inputs {
                let list = input - first
                listedProduct(band, lists, list, Int(counts[list]), dz, gradients + list * band.row)
            }
        } else {
            tiledProduct(band, rows, inputs, x, dz, gradients)
        }
        let start = band.place(first, band.first) - update.parameters
        updateParameters(update, from: Floats(gradients), start..<(start + inputs.count * band.row))
    }
}

/// The gradients of one input for a band, from the listed rows alone.
@inline(__always)
private func listedProduct(
    _ band: Band,
    _ lists: SparseLists,
    _ list: Int,
    _ entries: Int,
    _ dz: mlops_rows,
    _ target: MutableFloats
) {
    switch band.count {
    case 1: listedTile(Tile<1, 1>.self, band, lists, list, entries, dz, target)
    case 2: listedTile(Tile<1, 2>.self, band, lists, list, entries, dz, target)
    case 3: listedTile(Tile<1, 3>.self, band, lists, list, entries, dz, target)
    case 4: listedTile(Tile<1, 4>.self, band, lists, list, entries, dz, target)
    case 5: listedTile(Tile<1, 5>.self, band, lists, list, entries, dz, target)
    #if KERNELS_V4
    case 6: listedTile(Tile<1, 6>.self, band, lists, list, entries, dz, target)
    case 7: listedTile(Tile<1, 7>.self, band, lists, list, entries, dz, target)
    default: listedTile(Tile<1, 8>.self, band, lists, list, entries, dz, target)
    #else
    default: listedTile(Tile<1, 6>.self, band, lists, list, entries, dz, target)
    #endif
    }
}

@inline(__always)
private func listedTile<let panels: Int>(
    _: Tile<1, panels>.Type,
    _ band: Band,
    _ lists: SparseLists,
    _ list: Int,
    _ entries: Int,
    _ dz: mlops_rows,
    _ target: MutableFloats
) {
    var sums: Tile<1, panels> = zeros()
    accumulateListed(&sums, lists, list, count: entries, b: Floats(dz.start + band.first * 16), bStep: dz.row)
    for j in 0..<panels { vector_store(target + j * 16, sums[0][j]) }
}

/// The gradients of some inputs for a band, `[inputs][band.row]`.
@inline(__always)
private func tiledProduct(
    _ band: Band,
    _ rows: Int,
    _ inputs: Range<Int>,
    _ x: mlops_rows,
    _ dz: mlops_rows,
    _ gradients: MutableFloats
) {
    var input = inputs.lowerBound
    while input < inputs.upperBound {
        let step = tileRows(inputs.upperBound - input)
        let source = Floats(x.start + input)
        let target = gradients + (input - inputs.lowerBound) * band.row
        var panel = 0
        #if KERNELS_V4
        while panel + 2 <= band.count {
            switch step {
            case 8: weightTile(Tile<8, 2>.self, band, rows, source, x.row, panel, dz, target)
            case 4: weightTile(Tile<4, 2>.self, band, rows, source, x.row, panel, dz, target)
            case 2: weightTile(Tile<2, 2>.self, band, rows, source, x.row, panel, dz, target)
            default: weightTile(Tile<1, 2>.self, band, rows, source, x.row, panel, dz, target)
            }
            panel += 2
        }
        #endif
        while panel < band.count {
            switch step {
            #if KERNELS_V4
            case 8: weightTile(Tile<8, 1>.self, band, rows, source, x.row, panel, dz, target)
            #else
            case 6: weightTile(Tile<6, 1>.self, band, rows, source, x.row, panel, dz, target)
            #endif
            case 4: weightTile(Tile<4, 1>.self, band, rows, source, x.row, panel, dz, target)
            case 2: weightTile(Tile<2, 1>.self, band, rows, source, x.row, panel, dz, target)
            default: weightTile(Tile<1, 1>.self, band, rows, source, x.row, panel, dz, target)
            }
            panel += 1
        }
        input += step
    }
}

@inline(__always)
private func weightTile<let inputs: Int, let panels: Int>(
    _: Tile<inputs, panels>.Type,
    _ band: Band,
    _ rows: Int,
    _ x: Floats,
    _ xRow: Int,
    _ panel: Int,
    _ dz: mlops_rows,
    _ target: MutableFloats
) {
    var sums: Tile<inputs, panels> = zeros()
    accumulate(
        &sums,
        depth: rows,
        a: x,
        aRow: 1,
        aStep: xRow,
        b: Floats(dz.start + (band.first + panel) * 16),
        bPanel: 16,
        bStep: dz.row
    )
    for i in 0..<inputs {
        for j in 0..<panels { vector_store(target + i * band.row + (panel + j) * 16, sums[i][j]) }
    }
}

/// Computes the gradient of a Dense layer's bias, the sum of dz over the rows, and gives it to the update.
@inline(never)
package func denseBiasGradient(
    _ dense: mlops_dense,
    _ rows: Int,
    _ panels: Range<Int>,
    _ dz: mlops_rows,
    _ update: mlops_update,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let start = dense.bias - update.parameters
    for panel in panels {
        var sum = vector_splat(0)
        var source = dz.start + panel * 16
        for _ in 0..<rows {
            sum += vector_load(source)
            source += dz.row
        }
        vector_store(scratch, sum)
        let offset = start + panel * 16
        updateParameters(update, from: Floats(scratch), offset..<(offset + 16))
    }
}
