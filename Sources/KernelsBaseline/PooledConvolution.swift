package import CKernelPrimitives

// A convolution whose output goes through max pooling at once: the map between the two is never kept, only the places of
// the largest values.

/// Floats of scratch memory that ``pooledConvolutionForward(_:_:_:_:_:_:_:_:_:)`` needs.
package func pooledConvolutionFloats(_ window: mlops_window, _ pool: mlops_window) -> Int {
    min(pool.kernel_height, window.output_height) * window.output_width * tilePanels * 16
}

/// Computes the largest values in the windows of `pool` over the convolution of `x`, and relu of them when asked, for some
/// lines of one image's output.
///
/// `x` is the padded image, `y` is `[output_height][output_width][filters]` of the pool. Each value of the convolution has
/// the same bits as without pooling. `choices` gets the first of the largest, as `mlops_pooled_gradient` wants them.
@inline(never)
package func pooledConvolutionForward(
    _ window: mlops_window,
    _ pool: mlops_window,
    _ dense: mlops_dense,
    _ lines: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>,
    _ choices: UnsafeMutablePointer<Int32>?,
    _ relu: Bool,
    _ scratch: UnsafeMutablePointer<Float>
) {
    for number in 0..<Band.count(dense) {
        let band = Band(dense, number: number)
        band.forEachPanels { panel, panels in
            for row in lines {
                let taps = Taps(pool, row, 0)
                for line in 0..<taps.rows {
                    let work = ForwardRow(
                        window: window,
                        dense: dense,
                        band: band,
                        panel: panel,
                        x: x + (taps.firstRow + line) * window.stride_y * window.width * window.channels,
                        y: scratch + line * window.output_width * panels * 16,
                        place: panels * 16,
                        filters: panels * 16,
                        relu: false
                    )
                    work.run(panels: panels)
                }
                let lines = PooledLines(
                    window: window,
                    pool: pool,
                    dense: dense,
                    panel: panel,
                    row: row,
                    lines: scratch,
                    y: y,
                    choices: choices,
                    floor: relu ? 0 : -.infinity
                )
                #if KERNELS_V4
                if panels == 2 {
                    lines.run(Tile<4, 2>.self, Tile<1, 2>.self)
                    continue
                }
                #endif
                lines.run(Tile<4, 1>.self, Tile<1, 1>.self)
            }
        }
    }
}

/// The lines of a convolution's output that a row of windows sees, with some panels side by side at each place.
private struct PooledLines {
    let window: mlops_window
    let pool: mlops_window
    let dense: mlops_dense
    let panel: Int
    let row: Int
    let lines: Floats
    let y: MutableFloats
    let choices: UnsafeMutablePointer<Int32>?
    /// What no value is below.
    let floor: Float

    /// Takes the largest values of all windows: several at once where all of them are whole, and one at a time elsewhere.
    @inline(__always)
    func run<let columns: Int, let panels: Int>(_ several: Tile<columns, panels>.Type, _ one: Tile<1, panels>.Type) {
        var column = 0
        while column < pool.output_width {
            let taps = Taps(pool, row, column)
            let isWhole = taps.columns == pool.kernel_width && column + columns <= pool.output_width
            if isWhole && Taps(pool, row, column + columns - 1).columns == pool.kernel_width {
                run(several, column, taps)
                column += columns
            } else {
                run(one, column, taps)
                column += 1
            }
        }
    }

    /// Takes the largest values of neighbouring windows that see as many places each.
    @inline(__always)
    private func run<let columns: Int, let panels: Int>(_: Tile<columns, panels>.Type, _ column: Int, _ taps: Taps) {
        let place = panels * 16
        let step = pool.stride_x * place
        var line = lines + taps.firstColumn * place
        var largest: Tile<columns, panels> = zeros()
        var choice = InlineArray<columns, InlineArray<panels, SIMD16<Int32>>>(
            repeating: InlineArray<panels, SIMD16<Int32>>(repeating: vector_splat_number(0))
        )
        for i in 0..<columns { for j in 0..<panels { largest[i][j] = vector_load(line + i * step + j * 16) } }
        for tapRow in 0..<taps.rows {
            var source = line
            for tapColumn in 0..<taps.columns {
                let offset = PooledPlaces.tapOffset(window, tapRow, tapColumn)
                let number = vector_splat_number(Int32(truncatingIfNeeded: offset))
                for i in 0..<columns {
                    for j in 0..<panels {
                        let value = vector_load(source + i * step + j * 16)
                        choice[i][j] = vector_number_where_greater(value, largest[i][j], number, choice[i][j])
                        largest[i][j] = vector_max(largest[i][j], value)
                    }
                }
                source += place
            }
            line += window.output_width * place
        }
        let first = row * pool.output_width + column
        let target = y + first * dense.units + panel * 16
        let least = vector_splat(floor)
        for j in 0..<panels {
            let filters = dense.units - (panel + j) * 16
            for i in 0..<columns {
                vector_store_first(target + i * dense.units + j * 16, filters, vector_max(largest[i][j], least))
            }
        }
        guard let choices else { return }
        for i in 0..<columns {
            for j in 0..<panels {
                vector_store_numbers(choices + ((first + i) * dense.panels + panel + j) * 16, choice[i][j])
            }
        }
    }
}

/// Where the image under the places of a convolution's output begins, through the windows of the pooling behind it.
struct PooledPlaces {
    let window: mlops_window
    let pool: mlops_window

    /// Windows.
    @inline(__always)
    var count: Int { pool.output_height * pool.output_width }

    /// Under the first place of a window.
    @inline(__always)
    func offset(_ taps: Taps) -> Int {
        (taps.firstRow * window.stride_y * window.width + taps.firstColumn * window.stride_x) * window.channels
    }

    /// Floats from the first place of a window to another.
    @inline(__always)
    static func tapOffset(_ window: mlops_window, _ line: Int, _ column: Int) -> Int {
        (line * window.stride_y * window.width + column * window.stride_x) * window.channels
    }
}

/// The units of work of ``pooledConvolutionWeightGradient(_:_:_:_:_:_:_:)``: a panel of filters times some rows of the kernel.
package func pooledConvolutionWeightUnits(_ dense: mlops_dense) -> Int { dense.panels * KernelRows.tiles(dense) }

/// Adds the gradient of a convolution's kernel from one image to the sums of the units given; `starts` begins them anew.
///
/// For few channels: lists of what is not zero, as ``sparseConvolutionWeightGradient(_:_:_:_:_:_:_:_:)`` has them, would not
/// fill the vectors. `x` is the padded image. The sums have the layout of the kernel and start at `sums`. Each runs over the
/// images in their order, over the windows of the pooling in theirs, and over the places of a window.
@inline(never)
package func pooledConvolutionWeightGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ units: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ gradient: mlops_pooled_gradient,
    _ sums: UnsafeMutablePointer<Float>,
    _ starts: Bool
) {
    let tiles = KernelRows.tiles(dense)
    for unit in units {
        let (panel, tile) = (unit / tiles, unit % tiles)
        let band = Band(dense, containing: panel)
        let first = dense.inputs * tile / tiles
        let work = KernelRows(
            window: window,
            dense: dense,
            panel: panel,
            x: x,
            gradient: gradient,
            first: first,
            sums: sums + (band.place(first, panel) - dense.kernel),
            row: band.row,
            starts: starts
        )
        work.runTiles(dense.inputs * (tile + 1) / tiles - first, panels: 1)
    }
}

/// Some rows of a kernel, and a panel of filters.
private struct KernelRows: TileWork {
    let window: mlops_window
    let dense: mlops_dense
    let panel: Int
    let x: Floats
    let gradient: mlops_pooled_gradient
    /// The first of the rows.
    let first: Int
    let sums: MutableFloats
    /// Floats from one row of the sums to the next.
    let row: Int
    let starts: Bool

    /// As few tiles as there can be, of about the same size.
    @inline(__always)
    static func tiles(_ dense: mlops_dense) -> Int { (dense.inputs + 11) / 12 }

    @inline(__always)
    func run<let rows: Int, let panels: Int>(_: Tile<rows, panels>.Type, first tileRow: Int) {
        var sums: Tile<rows, panels> = zeros()
        let target = self.sums + tileRow * row
        // Where the inputs of the rows lie in the window.
        var inputs = InlineArray<rows, Int>(repeating: 0)
        for i in 0..<rows {
            let tap = (first + tileRow + i) / window.channels
            let place =
                tap / window.kernel_width * window.dilation_y * window.width
                + tap % window.kernel_width * window.dilation_x
            inputs[i] = place * window.channels + (first + tileRow + i) % window.channels
            if starts { vector_store(target + i * row, vector_splat(0)) }
        }
        for i in 0..<rows { sums[i][0] = vector_load(target + i * row) }
        let places = PooledPlaces(window: window, pool: gradient.pool)
        let known = Int32(truncatingIfNeeded: min(16, dense.units - panel * 16))
        var values = gradient.values + panel * 16
        var choices = gradient.choices.map { $0 + panel * 16 }
        for windowRow in 0..<gradient.pool.output_height {
            for windowColumn in 0..<gradient.pool.output_width {
                let taps = Taps(gradient.pool, windowRow, windowColumn)
                // Beyond the last filter lie the gradients of the next place.
                let value = vector_first(known, vector_load(values), vector_splat(0))
                let choice = choices.map { vector_load_numbers($0) } ?? vector_splat_number(0)
                for line in 0..<taps.rows {
                    for column in 0..<taps.columns {
                        let offset = PooledPlaces.tapOffset(window, line, column)
                        let source = x + places.offset(taps) + offset
                        let share = vector_where_number(choice, Int32(truncatingIfNeeded: offset), value)
                        for i in 0..<rows {
                            sums[i][0] = vector_fma(share, vector_splat(source[inputs[i]]), sums[i][0])
                        }
                    }
                }
                values += dense.units
                choices = choices.map { $0 + dense.panels * 16 }
            }
        }
        for i in 0..<rows { vector_store(target + i * row, sums[i][0]) }
    }
}
