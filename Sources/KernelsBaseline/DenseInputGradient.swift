package import CKernelPrimitives

/// Computes the gradient of a Dense layer's input for the blocks given, each of 16 inputs: `dx = dz * kernel^T`.
///
/// `dzColumns` is dz transposed, [panels * 16][B padded to 16]; `dx` is [B padded][K padded]. A row's sum runs over the
/// units in their order. `scratch` holds 256 floats.
@inline(never)
package func denseInputGradient(
    _ dense: mlops_dense,
    _ rows: Int,
    _ blocks: Range<Int>,
    _ dzColumns: mlops_rows,
    _ dx: mlops_rows,
    _ scratch: UnsafeMutablePointer<Float>
) {
    for block in blocks {
        let first = block * 16
        let count = min(16, dense.inputs - first)
        for input in count..<16 { vector_store(scratch + input * 16, vector_splat(0)) }
        var row = 0
        while row < rows {
            var input = 0
            while input < count {
                let step = tileRows(count - input)
                let target = scratch + input * 16
                switch step {
                #if KERNELS_V4
                case 8: gradientTile(Tile<8, 1>.self, dense, first + input, row, dzColumns, target)
                #else
                case 6: gradientTile(Tile<6, 1>.self, dense, first + input, row, dzColumns, target)
                #endif
                case 4: gradientTile(Tile<4, 1>.self, dense, first + input, row, dzColumns, target)
                case 2: gradientTile(Tile<2, 1>.self, dense, first + input, row, dzColumns, target)
                default: gradientTile(Tile<1, 1>.self, dense, first + input, row, dzColumns, target)
                }
                input += step
            }
            let target = dx.start + row * dx.row + first
            for i in 0..<2 {
                for j in 0..<2 {
                    transpose_8x8(scratch + i * 128 + j * 8, 16, target + j * 8 * dx.row + i * 8, dx.row)
                }
            }
            row += 16
        }
    }
}

/// Leaves the gradient of `inputs` inputs and 16 rows in `target`, [inputs][16].
@inline(__always)
private func gradientTile<let inputs: Int>(
    _: Tile<inputs, 1>.Type,
    _ dense: mlops_dense,
    _ input: Int,
    _ row: Int,
    _ dzColumns: mlops_rows,
    _ target: MutableFloats
) {
    var sums: Tile<inputs, 1> = zeros()
    for number in 0..<Band.count(dense) {
        let band = Band(dense, number: number)
        for panel in band.first..<(band.first + band.count) {
            accumulate(
                &sums,
                depth: min(16, dense.units - panel * 16),
                a: Floats(band.place(input, panel)),
                aRow: band.row,
                aStep: 1,
                b: Floats(dzColumns.start + panel * 16 * dzColumns.row + row),
                bPanel: 0,
                bStep: dzColumns.row
            )
        }
    }
    for i in 0..<inputs { vector_store(target + i * 16, sums[i][0]) }
}

/// Transposes the columns `blocks * 16` of the matrix: `target[column][row] = source[row][column]`.
///
/// Both are padded to whole blocks of 16.
@inline(never)
package func transposeBlocks(_ source: mlops_rows, _ rows: Int, _ blocks: Range<Int>, _ target: mlops_rows) {
    for block in blocks {
        var row = 0
        while row < rows {
            for column in 0..<2 {
                let from = source.start + row * source.row + block * 16 + column * 8
                transpose_8x8(from, source.row, target.start + (block * 16 + column * 8) * target.row + row, target.row)
            }
            row += 8
        }
    }
}
