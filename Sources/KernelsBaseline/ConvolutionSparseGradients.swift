package import CKernelPrimitives

// Behind max pooling and relu most gradients of a convolution's output are zero, in other places for each filter. Where so
// many are that it pays, only the others are gone through: for the kernel by filter, with the places as a list; for the
// input by place, with the filters as a list. A filter's weights lie as rows then, side by side as the image under them:
// `[filter][kernel_height][runFloats]`, in which a run is a row of the window, with zeros up to a whole vector.

/// Floats that a row of the window takes among the weights of a filter.
package func convolutionRunFloats(_ window: mlops_window) -> Int {
    (window.kernel_width * window.channels + 15) / 16 * 16
}

/// Counts the numbers that are not zero.
@inline(never)
package func countNonzero(_ x: UnsafePointer<Float>, _ count: Int) -> Int {
    var nonzeros = 0
    var place = 0
    while place < count {
        let size = vector_abs(vector_load(x + place))
        let ones = vector_where_greater(size, vector_splat(0), vector_splat(1), vector_splat(0))
        nonzeros += Int(
            vector_sum(vector_first(Int32(truncatingIfNeeded: min(16, count - place)), ones, vector_splat(0)))
        )
        place += 16
    }
    return nonzeros
}

/// Copies the weights of some panels of filters between the kernel's layout and rows, `toRows` or back.
@inline(never)
package func moveConvolutionRows(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ panels: Range<Int>,
    _ kernel: UnsafeMutablePointer<Float>,
    _ rows: UnsafeMutablePointer<Float>,
    _ toRows: Bool
) {
    let length = window.kernel_width * window.channels
    let stride = convolutionRunFloats(window)
    for panel in panels {
        let band = Band(dense, containing: panel)
        let filters = min(16, dense.units - panel * 16)
        for run in 0..<window.kernel_height {
            let weights = kernel + (band.place(run * length, panel) - dense.kernel)
            let target = rows + (panel * 16 * window.kernel_height + run) * stride
            for weight in 0..<length {
                for filter in 0..<filters {
                    let place = target + filter * window.kernel_height * stride + weight
                    if toRows {
                        place[0] = weights[weight * band.row + filter]
                    } else {
                        weights[weight * band.row + filter] = place[0]
                    }
                }
            }
        }
    }
}

/// Where the window begins in the padded image at each place of the output.
private struct Places {
    let window: mlops_window

    @inline(__always)
    var count: Int { window.output_height * window.output_width }

    @inline(__always)
    func offset(_ row: Int, _ column: Int) -> Int {
        (row * window.stride_y * window.width + column * window.stride_x) * window.channels
    }
}

/// Numbers that are not zero, each with where to find what it is multiplied with.
private struct GradientList {
    let values: Floats
    let offsets: UnsafePointer<Int32>
    let count: Int

    /// Adds `values[i] * source[offsets[i]...]` to the sums, entry after entry.
    @inline(__always)
    func accumulate<let vectors: Int, let panels: Int>(_ sums: inout Tile<vectors, panels>, _ source: Floats) {
        for entry in 0..<count {
            let value = vector_splat(values[entry])
            let start = source + Int(offsets[entry])
            for vector in 0..<vectors {
                for panel in 0..<panels {
                    sums[vector][panel] = vector_fma(
                        vector_load(start + (vector * panels + panel) * 16),
                        value,
                        sums[vector][panel]
                    )
                }
            }
        }
    }
}

/// Adds the gradient of the weights of some panels of filters from one image to their rows; `starts` begins them anew.
///
/// `x` is the padded image, readable 16 floats beyond its end. Each sum runs over the images in their order, and over the
/// places of an image in theirs. `scratch` holds the lists of 16 filters.
@inline(never)
package func sparseConvolutionWeightGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ panels: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ dz: UnsafePointer<Float>,
    _ rows: UnsafeMutablePointer<Float>,
    _ starts: Bool,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let places = Places(window: window)
    let stride = convolutionRunFloats(window)
    let offsets = UnsafeMutableRawPointer(scratch + 16 * places.count).assumingMemoryBound(to: Int32.self)
    if starts {
        clear(
            rows + panels.lowerBound * 16 * window.kernel_height * stride,
            panels.count * 16 * window.kernel_height * stride
        )
    }
    for panel in panels {
        let filters = min(16, dense.units - panel * 16)
        let known: UInt32 = (1 << UInt32(truncatingIfNeeded: filters)) - 1
        var counts = InlineArray<16, Int>(repeating: 0)
        var place = 0
        for row in 0..<window.output_height {
            for column in 0..<window.output_width {
                let offset = Int32(truncatingIfNeeded: places.offset(row, column))
                let values = dz + place * dense.units + panel * 16
                // Beyond the last filter lie the gradients of the next place.
                var lanes = vector_nonzero_lanes(vector_load(values)) & known
                while lanes != 0 {
                    let filter = lanes.trailingZeroBitCount
                    let entry = filter * places.count + counts[filter]
                    scratch[entry] = values[filter]
                    offsets[entry] = offset
                    counts[filter] += 1
                    lanes &= lanes - 1
                }
                place += 1
            }
        }
        for filter in 0..<filters {
            let list = GradientList(
                values: Floats(scratch + filter * places.count),
                offsets: UnsafePointer(offsets + filter * places.count),
                count: counts[filter]
            )
            if list.count == 0 { continue }
            for run in 0..<window.kernel_height {
                let work = SparseWeightRun(
                    list: list,
                    source: x + run * window.dilation_y * window.width * window.channels,
                    target: rows + ((panel * 16 + filter) * window.kernel_height + run) * stride
                )
                work.runTiles(stride / 16, panels: 1)
            }
        }
    }
}

/// A row of a filter's window.
private struct SparseWeightRun: TileWork {
    let list: GradientList
    let source: Floats
    let target: MutableFloats

    @inline(__always)
    func run<let vectors: Int, let panels: Int>(_: Tile<vectors, panels>.Type, first: Int) {
        let target = target + first * 16
        var sums: Tile<vectors, panels> = zeros()
        for i in 0..<vectors { for j in 0..<panels { sums[i][j] = vector_load(target + (i * panels + j) * 16) } }
        list.accumulate(&sums, source + first * 16)
        for i in 0..<vectors { for j in 0..<panels { vector_store(target + (i * panels + j) * 16, sums[i][j]) } }
    }
}

/// Computes the gradient of one padded image from that of a convolution's output.
///
/// `rows` are the weights as rows. `dx` is writable 16 floats beyond its end. Each sum runs over the rows of the window, in
/// each over the places in their order, and there over the filters. `scratch` holds the lists of all places.
@inline(never)
package func sparseConvolutionInputGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ rows: UnsafePointer<Float>,
    _ dz: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let places = Places(window: window)
    let stride = convolutionRunFloats(window)
    let filterStride = Int32(truncatingIfNeeded: window.kernel_height * stride)
    let offsets = UnsafeMutableRawPointer(scratch + places.count * dense.units + 1).assumingMemoryBound(to: Int32.self)
    let ends = offsets + places.count * dense.units + 1
    clear(dx, window.height * window.width * window.channels)
    var entries = 0
    for place in 0..<places.count {
        var first = 0
        while first < dense.units {
            let values = dz + place * dense.units + first
            var lanes = vector_nonzero_lanes(vector_load(values))
            if dense.units - first < 16 { lanes &= (1 << UInt32(truncatingIfNeeded: dense.units - first)) - 1 }
            while lanes != 0 {
                let lane = lanes.trailingZeroBitCount
                scratch[entries] = values[lane]
                offsets[entries] = Int32(truncatingIfNeeded: first + lane) &* filterStride
                entries += 1
                lanes &= lanes - 1
            }
            first += 16
        }
        ends[place] = Int32(truncatingIfNeeded: entries)
    }
    for run in 0..<window.kernel_height {
        var first = 0
        var place = 0
        for row in 0..<window.output_height {
            for column in 0..<window.output_width {
                let end = Int(ends[place])
                place += 1
                if end == first { continue }
                let work = SparseInputRun(
                    list: GradientList(
                        values: Floats(scratch + first),
                        offsets: UnsafePointer(offsets + first),
                        count: end - first
                    ),
                    source: rows + run * stride,
                    target: dx + places.offset(row, column) + run * window.dilation_y * window.width * window.channels
                )
                work.runTiles(stride / 16, panels: 1)
                first = end
            }
        }
    }
}

/// A row of a place's window.
private struct SparseInputRun: TileWork {
    let list: GradientList
    let source: Floats
    let target: MutableFloats

    @inline(__always)
    func run<let vectors: Int, let panels: Int>(_: Tile<vectors, panels>.Type, first: Int) {
        let target = target + first * 16
        var sums: Tile<vectors, panels> = zeros()
        list.accumulate(&sums, source + first * 16)
        for i in 0..<vectors {
            for j in 0..<panels {
                let place = target + (i * panels + j) * 16
                vector_store(place, vector_load(place) + sums[i][j])
            }
        }
    }
}
