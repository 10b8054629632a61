package import CKernelPrimitives

/// The most rows of a kernel in one unit of work.
private let widestTile = 8

/// The pieces into which the rows of a convolution's kernel fall, each of which lies side by side in the image.
private struct Runs {
    let count: Int
    let length: Int
    /// Tiles of one run: as few as there can be, of about the same size.
    let tiles: Int

    @inline(__always)
    init(_ window: mlops_window) {
        let pieces = window.dilation_x == 1 ? 1 : window.kernel_width
        count = window.kernel_height * pieces
        length = window.kernel_width * window.channels / pieces
        tiles = (length + widestTile - 1) / widestTile
    }

    /// Where a run begins in the window.
    @inline(__always)
    func offset(_ run: Int, _ window: mlops_window) -> Int {
        let pieces = count / window.kernel_height
        return run / pieces * window.dilation_y * window.width * window.channels
            + run % pieces * window.dilation_x * window.channels
    }
}

/// The units of work of ``convolutionWeightGradient(_:_:_:_:_:_:_:)``: some rows of the kernel times a band.
package func convolutionWeightUnits(_ window: mlops_window, _ dense: mlops_dense) -> Int {
    let runs = Runs(window)
    return runs.count * runs.tiles * Band.count(dense)
}

/// Adds the gradient of a convolution's kernel from one image to the sums of the units given; `starts` begins them anew.
///
/// `x` is the padded image, `dz` is `[output_height][output_width][filters]`, readable 16 floats beyond its end. The sums
/// have the layout of the kernel and start at `gradient`. Each runs over the images in their order, and over the places of an
/// image in theirs.
@inline(never)
package func convolutionWeightGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ units: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ dz: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>,
    _ starts: Bool
) {
    let runs = Runs(window)
    let bands = Band.count(dense)
    for unit in units {
        let band = Band(dense, number: unit % bands)
        let run = unit / bands / runs.tiles
        let tile = unit / bands % runs.tiles
        let first = runs.length * tile / runs.tiles
        let rows = runs.length * (tile + 1) / runs.tiles - first
        let source = x + runs.offset(run, window) + first
        let offset = band.place(run * runs.length + first, band.first) - dense.kernel
        band.forEachPanels { panel, panels in
            let work = GradientTile(
                window: window,
                dense: dense,
                band: band,
                panel: panel,
                x: source,
                dz: dz + panel * 16,
                target: gradient + offset + (panel - band.first) * 16,
                starts: starts
            )
            work.runTiles(rows, panels: panels)
        }
    }
}

/// Some rows of a kernel, and some panels of filters.
private struct GradientTile: TileWork {
    let window: mlops_window
    let dense: mlops_dense
    let band: Band
    let panel: Int
    let x: Floats
    let dz: Floats
    let target: MutableFloats
    let starts: Bool

    @inline(__always)
    func run<let rows: Int, let panels: Int>(_: Tile<rows, panels>.Type, first: Int) {
        let target = target + first * band.row
        var sums: Tile<rows, panels> = zeros()
        // One way to begin with, whether there are sums already: two would keep them out of the registers.
        if starts {
            for i in 0..<rows {
                for j in 0..<panels { vector_store(target + i * band.row + j * 16, vector_splat(0)) }
            }
        }
        for i in 0..<rows {
            for j in 0..<panels { sums[i][j] = vector_load(target + i * band.row + j * 16) }
        }
        var source = x + first
        var gradient = dz
        for _ in 0..<window.output_height {
            accumulate(
                &sums,
                depth: window.output_width,
                a: source,
                aRow: 1,
                aStep: window.stride_x * window.channels,
                b: gradient,
                bPanel: 16,
                bStep: dense.units
            )
            source += window.stride_y * window.width * window.channels
            gradient += window.output_width * dense.units
        }
        for j in 0..<panels {
            // Beyond the last filter lie the gradients of the next place.
            let filters = Int32(truncatingIfNeeded: min(16, dense.units - (panel + j) * 16))
            for i in 0..<rows {
                vector_store(target + i * band.row + j * 16, vector_first(filters, sums[i][j], vector_splat(0)))
            }
        }
    }
}

/// Adds the gradient of a convolution's bias from one image to the sums of the panels given; `starts` begins them anew.
@inline(never)
package func convolutionBiasGradient(
    _ places: Int,
    _ filters: Int,
    _ panels: Range<Int>,
    _ dz: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>,
    _ starts: Bool
) {
    for panel in panels {
        var sum = starts ? vector_splat(0) : vector_load(gradient + panel * 16)
        var source = dz + panel * 16
        for _ in 0..<places {
            sum += vector_load(source)
            source += filters
        }
        let count = Int32(truncatingIfNeeded: min(16, filters - panel * 16))
        vector_store(gradient + panel * 16, vector_first(count, sum, vector_splat(0)))
    }
}
