package import CKernelPrimitives

/// Transposes taps of a convolution's kernel: `target[tap * filters + filter][channel] = kernel[tap * channels + channel][filter]`.
@inline(never)
package func transposeConvolutionKernel(
    _ channels: Int,
    _ dense: mlops_dense,
    _ taps: Range<Int>,
    _ target: mlops_dense
) {
    for tap in taps {
        for channelPanel in 0..<target.panels {
            let targetBand = Band(target, containing: channelPanel)
            let channel = channelPanel * 16
            for panel in 0..<dense.panels {
                let band = Band(dense, containing: panel)
                let from = band.place(tap * channels + channel, panel)
                let to = targetBand.place(tap * dense.units + panel * 16, channelPanel)
                if channel + 16 <= channels && panel * 16 + 16 <= dense.units {
                    for i in 0..<2 {
                        for j in 0..<2 {
                            transpose_8x8(
                                from + i * 8 * band.row + j * 8,
                                band.row,
                                to + j * 8 * targetBand.row + i * 8,
                                targetBand.row
                            )
                        }
                    }
                } else {
                    for i in 0..<min(16, channels - channel) {
                        for j in 0..<min(16, dense.units - panel * 16) {
                            to[j * targetBand.row + i] = from[i * band.row + j]
                        }
                    }
                }
            }
        }
    }
}

/// Computes the gradient of one image from that of a convolution's output.
///
/// `transposed` is the kernel as ``transposeConvolutionKernel(_:_:_:_:)`` leaves it. `dz` is `[output_height][line]
/// [filters]`, with `margin` places of zeros before each line, and as many behind as the window reaches. `dx` is the image
/// without the zeros around it. Each sum runs over the taps of the window in their order, and over the filters.
@inline(never)
package func convolutionInputGradient(
    _ window: mlops_window,
    _ transposed: mlops_dense,
    _ dz: UnsafePointer<Float>,
    _ line: Int,
    _ margin: Int,
    _ dx: UnsafeMutablePointer<Float>
) {
    for number in 0..<Band.count(transposed) {
        let band = Band(transposed, number: number)
        band.forEachPanels { panel, panels in
            for row in 0..<window.image_height {
                for phase in 0..<min(window.stride_x, window.image_width) {
                    let work = GradientRow(
                        window: window,
                        transposed: transposed,
                        band: band,
                        panel: panel,
                        dz: dz,
                        line: line,
                        margin: margin,
                        dx: dx,
                        row: row,
                        phase: phase
                    )
                    work.runTiles((window.image_width - phase + window.stride_x - 1) / window.stride_x, panels: panels)
                }
            }
        }
    }
}

/// Places of one row of an image, a stride apart from each other: the same taps of the window reach them.
private struct GradientRow: TileWork {
    let window: mlops_window
    let transposed: mlops_dense
    let band: Band
    let panel: Int
    let dz: Floats
    let line: Int
    let margin: Int
    let dx: MutableFloats
    let row: Int
    let phase: Int

    @inline(__always)
    func run<let places: Int, let panels: Int>(_: Tile<places, panels>.Type, first: Int) {
        var sums: Tile<places, panels> = zeros()
        let filters = transposed.inputs / (window.kernel_height * window.kernel_width)
        let column = phase + first * window.stride_x
        for tapRow in 0..<window.kernel_height {
            let y = row + window.above - tapRow * window.dilation_y
            if y < 0 || y % window.stride_y != 0 || y / window.stride_y >= window.output_height { continue }
            for tapColumn in 0..<window.kernel_width {
                let x = column + window.left - tapColumn * window.dilation_x + margin * window.stride_x
                if x % window.stride_x != 0 { continue }
                accumulate(
                    &sums,
                    depth: filters,
                    a: dz + (y / window.stride_y * line + x / window.stride_x) * filters,
                    aRow: filters,
                    aStep: 1,
                    b: Floats(band.place((tapRow * window.kernel_width + tapColumn) * filters, panel)),
                    bPanel: 16,
                    bStep: band.row
                )
            }
        }
        for i in 0..<places {
            let target = dx + (row * window.image_width + column + i * window.stride_x) * window.channels + panel * 16
            for j in 0..<panels {
                vector_store_first(target + j * 16, window.channels - (panel + j) * 16, sums[i][j])
            }
        }
    }
}
