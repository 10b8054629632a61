package import CKernelPrimitives

/// Computes `y = convolution of x + bias`, and relu of it when asked, for some lines of one image's output.
///
/// The kernel of `dense` is `[kernel_height * kernel_width * channels][filters]`. `x` is the padded image, `y` is
/// `[output_height][output_width][filters]`. Each output is the bias plus its terms in the order of the kernel, whatever the
/// tile.
@inline(never)
package func convolutionForward(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ lines: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>,
    _ relu: Bool
) {
    for number in 0..<Band.count(dense) {
        let band = Band(dense, number: number)
        band.forEachPanels { panel, panels in
            for row in lines {
                let work = ForwardRow(
                    window: window,
                    dense: dense,
                    band: band,
                    panel: panel,
                    x: x + row * window.stride_y * window.width * window.channels,
                    y: y + row * window.output_width * dense.units + panel * 16,
                    place: dense.units,
                    filters: dense.units - panel * 16,
                    relu: relu
                )
                work.run(panels: panels)
            }
        }
    }
}

/// One row of outputs, and some panels of filters.
struct ForwardRow: TileWork {
    let window: mlops_window
    let dense: mlops_dense
    let band: Band
    let panel: Int
    let x: Floats
    /// The first place of the output, at the first of the panels.
    let y: MutableFloats
    /// Floats from one place of the output to the next.
    let place: Int
    /// Filters from the first of the panels on.
    let filters: Int
    let relu: Bool

    // Compiled once for all its callers: there are many tiles.
    @inline(never)
    func run(panels: Int) { runTiles(window.output_width, panels: panels) }

    @inline(__always)
    func run<let places: Int, let panels: Int>(_: Tile<places, panels>.Type, first: Int) {
        var sums: Tile<places, panels> = zeros()
        for j in 0..<panels {
            let bias = biasVector(dense, panel + j)
            for i in 0..<places { sums[i][j] = bias }
        }
        let step = window.stride_x * window.channels
        var source = x + first * step
        var weights = Floats(band.place(0, panel))
        // Neighbouring taps of a line lie side by side, unless the window has gaps.
        let pieces = window.dilation_x == 1 ? 1 : window.kernel_width
        let depth = window.kernel_width * window.channels / pieces
        for _ in 0..<window.kernel_height {
            var piece = source
            for _ in 0..<pieces {
                accumulate(&sums, depth: depth, a: piece, aRow: step, aStep: 1, b: weights, bPanel: 16, bStep: band.row)
                weights += depth * band.row
                piece += window.dilation_x * window.channels
            }
            source += window.dilation_y * window.width * window.channels
        }
        let floor = vector_splat(relu ? 0 : -.infinity)
        let target = y + first * place
        for j in 0..<panels {
            for i in 0..<places {
                vector_store_first(target + i * place + j * 16, filters - j * 16, vector_max(sums[i][j], floor))
            }
        }
    }
}
