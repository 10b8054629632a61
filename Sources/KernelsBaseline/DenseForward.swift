package import CKernelPrimitives

/// Computes `y = x * kernel + bias`, and relu of it when asked, for the rows and panels given.
///
/// `x` is [B][K], `y` is [B][panels * 16]. Each output is the bias plus its terms in the order of K, whatever the tile:
/// a row has the same bits alone and in any batch. `scratch` is the thread's own, of `scratchFloats` floats.
@inline(never)
package func denseForward(
    _ dense: mlops_dense,
    _ rows: Range<Int>,
    _ panels: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows,
    _ relu: Bool,
    _ scratch: UnsafeMutablePointer<Float>
) {
    if panels.count > 2, isSparse(x, rows, dense.inputs) {
        return denseForwardSparse(dense, rows, panels, x, y, relu, scratch)
    }
    var panel = panels.lowerBound
    while panel < panels.upperBound {
        let band = Band(dense, containing: panel)
        let end = min(panels.upperBound, band.first + band.count)
        // One or two rows: several panels at once, so that enough sums are under way to hide the latency of adding.
        if rows.count <= 2 {
            while panel + 4 <= end {
                for row in rows { forwardTile(Tile<1, 4>.self, dense, band, row, panel, x, y, relu) }
                panel += 4
            }
        }
        #if KERNELS_V4
        while panel + 2 <= end {
            var row = rows.lowerBound
            while row < rows.upperBound {
                let step = tileRows(rows.upperBound - row)
                switch step {
                case 8: forwardTile(Tile<8, 2>.self, dense, band, row, panel, x, y, relu)
                case 4: forwardTile(Tile<4, 2>.self, dense, band, row, panel, x, y, relu)
                case 2: forwardTile(Tile<2, 2>.self, dense, band, row, panel, x, y, relu)
                default: forwardTile(Tile<1, 2>.self, dense, band, row, panel, x, y, relu)
                }
                row += step
            }
            panel += 2
        }
        #endif
        while panel < end {
            var row = rows.lowerBound
            while row < rows.upperBound {
                let step = tileRows(rows.upperBound - row)
                switch step {
                #if KERNELS_V4
                case 8: forwardTile(Tile<8, 1>.self, dense, band, row, panel, x, y, relu)
                #else
                case 6: forwardTile(Tile<6, 1>.self, dense, band, row, panel, x, y, relu)
                #endif
                case 4: forwardTile(Tile<4, 1>.self, dense, band, row, panel, x, y, relu)
                case 2: forwardTile(Tile<2, 1>.self, dense, band, row, panel, x, y, relu)
                default: forwardTile(Tile<1, 1>.self, dense, band, row, panel, x, y, relu)
                }
                row += step
            }
            panel += 1
        }
    }
}

@inline(__always)
private func forwardTile<let rows: Int, let panels: Int>(
    _: Tile<rows, panels>.Type,
    _ dense: mlops_dense,
    _ band: Band,
    _ row: Int,
    _ panel: Int,
    _ x: mlops_rows,
    _ y: mlops_rows,
    _ relu: Bool
) {
    var sums: Tile<rows, panels> = zeros()
    for j in 0..<panels {
        let bias = biasVector(dense, panel + j)
        for i in 0..<rows { sums[i][j] = bias }
    }
    accumulate(
        &sums,
        depth: dense.inputs,
        a: Floats(x.start + row * x.row),
        aRow: x.row,
        aStep: 1,
        b: Floats(band.place(0, panel)),
        bPanel: 16,
        bStep: band.row
    )
    for i in 0..<rows {
        let target = y.start + (row + i) * y.row + panel * 16
        for j in 0..<panels {
            let value = relu ? vector_max(sums[i][j], vector_splat(0)) : sums[i][j]
            vector_store(target + j * 16, value)
        }
    }
}

/// The bias of a panel; a negative zero becomes a positive one, as it would by adding any term.
@inline(__always)
func biasVector(_ dense: mlops_dense, _ panel: Int) -> Vector {
    vector_load(dense.bias + panel * 16) + vector_splat(0)
}
