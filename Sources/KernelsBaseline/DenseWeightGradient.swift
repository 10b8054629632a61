package import CKernelPrimitives

/// Inputs in one unit of work: a multiple of the rows of a tile.
private let chunk = 48

/// The units of work of ``denseWeightGradient(_:_:_:_:_:_:_:)``: blocks of inputs times bands.
package func denseWeightUnits(_ dense: mlops_dense) -> Int {
    Band.count(dense) * ((dense.inputs + chunk - 1) / chunk)
}

/// Computes the gradient of a Dense layer's kernel, `x^T * dz`, and gives every tile to the update from registers.
///
/// `x` is [B][K], `dz` is [B][panels * 16]. Each sum runs over the rows in their order. No thread may still need the
/// old kernel. `scratch` is the thread's own, of 2 * 48 * 64 floats.
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
    switch update.rule {
    case MLOPS_UPDATE_SGD: weightGradient(GradientDescent.self, dense, rows, units, x, dz, update, scratch)
    case MLOPS_UPDATE_MOMENTUM: weightGradient(Momentum.self, dense, rows, units, x, dz, update, scratch)
    case MLOPS_UPDATE_NESTEROV: weightGradient(Nesterov.self, dense, rows, units, x, dz, update, scratch)
    case MLOPS_UPDATE_ADAM: weightGradient(Adam.self, dense, rows, units, x, dz, update, scratch)
    default: weightGradient(Keep.self, dense, rows, units, x, dz, update, scratch)
    }
}

@inline(__always)
private func weightGradient<Rule: UpdateRule>(
    _: Rule.Type,
    _ dense: mlops_dense,
    _ rows: Int,
    _ units: Range<Int>,
    _ x: mlops_rows,
    _ dz: mlops_rows,
    _ update: mlops_update,
    _ scratch: MutableFloats
) {
    let bands = Band.count(dense)
    let leavesOutZeros = dense.panels > 2 && isSparse(x, 0..<rows, dense.inputs)
    var listed = -1
    var counts = InlineArray<48, Int32>(repeating: 0)
    let lists = SparseLists(scratch, stride: listRows)
    for unit in units {
        let band = Band(dense, number: unit % bands)
        let first = unit / bands * chunk
        let inputs = first..<min(dense.inputs, first + chunk)
        guard leavesOutZeros else {
            weightTiles(Rule.self, band, rows, inputs, x, dz, update)
            continue
        }
        if listed != first {
            listed = first
            for input in inputs {
                let source = Floats(x.start + input)
                let entries = lists.fill(input - first, from: source, count: rows, step: x.row)
                counts[input - first] = Int32(truncatingIfNeeded: entries)
            }
        }
        for input in inputs {
            let list = input - first
            let entries = Int(counts[list])
            switch band.count {
            case 1: listedTile(Rule.self, Tile<1, 1>.self, band, input, lists, list, entries, dz, update)
            case 2: listedTile(Rule.self, Tile<1, 2>.self, band, input, lists, list, entries, dz, update)
            case 3: listedTile(Rule.self, Tile<1, 3>.self, band, input, lists, list, entries, dz, update)
            case 4: listedTile(Rule.self, Tile<1, 4>.self, band, input, lists, list, entries, dz, update)
            case 5: listedTile(Rule.self, Tile<1, 5>.self, band, input, lists, list, entries, dz, update)
            #if KERNELS_V4
            case 6: listedTile(Rule.self, Tile<1, 6>.self, band, input, lists, list, entries, dz, update)
            case 7: listedTile(Rule.self, Tile<1, 7>.self, band, input, lists, list, entries, dz, update)
            default: listedTile(Rule.self, Tile<1, 8>.self, band, input, lists, list, entries, dz, update)
            #else
            default: listedTile(Rule.self, Tile<1, 6>.self, band, input, lists, list, entries, dz, update)
            #endif
            }
        }
    }
}

@inline(__always)
private func weightTiles<Rule: UpdateRule>(
    _: Rule.Type,
    _ band: Band,
    _ rows: Int,
    _ inputs: Range<Int>,
    _ x: mlops_rows,
    _ dz: mlops_rows,
    _ update: mlops_update
) {
    let end = band.first + band.count
    var input = inputs.lowerBound
    while input < inputs.upperBound {
        let step = tileRows(inputs.upperBound - input)
        var panel = band.first
        #if KERNELS_V4
        while panel + 2 <= end {
            switch step {
            case 8: weightTile(Rule.self, Tile<8, 2>.self, band, rows, input, panel, x, dz, update)
            case 4: weightTile(Rule.self, Tile<4, 2>.self, band, rows, input, panel, x, dz, update)
            case 2: weightTile(Rule.self, Tile<2, 2>.self, band, rows, input, panel, x, dz, update)
            default: weightTile(Rule.self, Tile<1, 2>.self, band, rows, input, panel, x, dz, update)
            }
            panel += 2
        }
        #endif
        while panel < end {
            switch step {
            #if KERNELS_V4
            case 8: weightTile(Rule.self, Tile<8, 1>.self, band, rows, input, panel, x, dz, update)
            #else
            case 6: weightTile(Rule.self, Tile<6, 1>.self, band, rows, input, panel, x, dz, update)
            #endif
            case 4: weightTile(Rule.self, Tile<4, 1>.self, band, rows, input, panel, x, dz, update)
            case 2: weightTile(Rule.self, Tile<2, 1>.self, band, rows, input, panel, x, dz, update)
            default: weightTile(Rule.self, Tile<1, 1>.self, band, rows, input, panel, x, dz, update)
            }
            panel += 1
        }
        input += step
    }
}

@inline(__always)
private func weightTile<Rule: UpdateRule, let inputs: Int, let panels: Int>(
    _: Rule.Type,
    _: Tile<inputs, panels>.Type,
    _ band: Band,
    _ rows: Int,
    _ input: Int,
    _ panel: Int,
    _ x: mlops_rows,
    _ dz: mlops_rows,
    _ update: mlops_update
) {
    var sums: Tile<inputs, panels> = zeros()
    accumulate(
        &sums,
        depth: rows,
        a: Floats(x.start + input),
        aRow: 1,
        aStep: x.row,
        b: Floats(dz.start + panel * 16),
        bPanel: 16,
        bStep: dz.row
    )
    let start = band.place(input, panel) - update.parameters
    for i in 0..<inputs {
        for j in 0..<panels { Rule.apply(update, start + i * band.row + j * 16, sums[i][j]) }
    }
}

/// One input's gradients for a band, from the listed rows alone.
@inline(__always)
private func listedTile<Rule: UpdateRule, let panels: Int>(
    _: Rule.Type,
    _: Tile<1, panels>.Type,
    _ band: Band,
    _ input: Int,
    _ lists: SparseLists,
    _ list: Int,
    _ entries: Int,
    _ dz: mlops_rows,
    _ update: mlops_update
) {
    var sums: Tile<1, panels> = zeros()
    accumulateListed(&sums, lists, list, count: entries, b: Floats(dz.start + band.first * 16), bStep: dz.row)
    let start = band.place(input, band.first) - update.parameters
    for j in 0..<panels { Rule.apply(update, start + j * 16, sums[0][j]) }
}

/// Computes the gradient of a Dense layer's bias, the sum of dz over the rows, and gives it to the update.
@inline(never)
package func denseBiasGradient(
    _ dense: mlops_dense,
    _ rows: Int,
    _ panels: Range<Int>,
    _ dz: mlops_rows,
    _ update: mlops_update
) {
    let start = dense.bias - update.parameters
    for panel in panels {
        var sum = vector_splat(0)
        var source = dz.start + panel * 16
        for _ in 0..<rows {
            sum += vector_load(source)
            source += dz.row
        }
        let offset = start + panel * 16
        switch update.rule {
        case MLOPS_UPDATE_SGD: GradientDescent.apply(update, offset, sum)
        case MLOPS_UPDATE_MOMENTUM: Momentum.apply(update, offset, sum)
        case MLOPS_UPDATE_NESTEROV: Nesterov.apply(update, offset, sum)
        case MLOPS_UPDATE_ADAM: Adam.apply(update, offset, sum)
        default: Keep.apply(update, offset, sum)
        }
    }
}
