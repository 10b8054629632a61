package import CKernelPrimitives

// Behind max pooling and relu most gradients of a convolution's output are zero, in other places for each filter. Where so
// many are that it pays, only the others are gone through: for the kernel by filter, with the places as a list; for the
// input by place, with the filters as a list. Behind pooling that keeps its choices, the others are all that is looked at.
// A filter's weights lie as rows then, side by side as the image under them: `[filter][kernel_height][runFloats]`, in which a
// run is a row of the window, with zeros up to a whole vector.

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

/// Copies the weights of some filters between the kernel's layout and rows, `toRows` or back.
@inline(never)
package func moveConvolutionRows(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ filters: Range<Int>,
    _ kernel: UnsafeMutablePointer<Float>,
    _ rows: UnsafeMutablePointer<Float>,
    _ toRows: Bool
) {
    let length = window.kernel_width * window.channels
    let stride = convolutionRunFloats(window)
    for panel in panels(of: filters) {
        let band = Band(dense, containing: panel)
        let lanes = lanes(of: filters, in: panel)
        for run in 0..<window.kernel_height {
            let weights = kernel + (band.place(run * length, panel) - dense.kernel)
            let target = rows + (panel * 16 * window.kernel_height + run) * stride
            for weight in 0..<length {
                for filter in lanes {
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

/// The panels that filters lie in.
@inline(__always)
private func panels(of filters: Range<Int>) -> Range<Int> { filters.lowerBound / 16..<(filters.upperBound + 15) / 16 }

/// Those of the filters that lie in a panel, by their lanes.
@inline(__always)
private func lanes(of filters: Range<Int>, in panel: Int) -> Range<Int> {
    max(filters.lowerBound - panel * 16, 0)..<min(filters.upperBound - panel * 16, 16)
}

/// Numbers that are not zero, each with where to find what it is multiplied with.
private struct GradientList {
    let values: Floats
    let offsets: UnsafePointer<Int32>
    let count: Int

    /// Adds `values[i] * source[offsets[i]...]` to the sums of some lines that lie `line` apart, entry after entry.
    @inline(__always)
    func accumulate<let lines: Int, let vectors: Int>(_ sums: inout Tile<lines, vectors>, _ source: Floats, line: Int) {
        for entry in 0..<count {
            let value = vector_splat(values[entry])
            var start = source + Int(offsets[entry])
            for i in 0..<lines {
                for j in 0..<vectors { sums[i][j] = vector_fma(vector_load(start + j * 16), value, sums[i][j]) }
                start += line
            }
        }
    }
}

/// Work on lines of some vectors each: on several lines at once where the registers hold them.
private protocol LineWork {
    /// Works on a tile that begins with line `line`, in each line with vector `vector`.
    func run<let lines: Int, let vectors: Int>(_: Tile<lines, vectors>.Type, line: Int, vector: Int)
}

extension LineWork {
    @inline(__always)
    func runLines(_ lines: Int, vectors: Int) {
        var line = 0
        while line + 3 <= lines {
            switch vectors {
            case 1: run(Tile<3, 1>.self, line: line, vector: 0)
            case 2: run(Tile<3, 2>.self, line: line, vector: 0)
            #if KERNELS_V4
            case 3: run(Tile<3, 3>.self, line: line, vector: 0)
            case 4: run(Tile<3, 4>.self, line: line, vector: 0)
            case 5: run(Tile<3, 5>.self, line: line, vector: 0)
            case 6: run(Tile<3, 6>.self, line: line, vector: 0)
            #endif
            default: for i in 0..<3 { runLine(line + i, vectors: vectors) }
            }
            line += 3
        }
        while line < lines {
            runLine(line, vectors: vectors)
            line += 1
        }
    }

    @inline(__always)
    func runLine(_ line: Int, vectors: Int) {
        #if KERNELS_V4
        let widest = 12
        #else
        let widest = 6
        #endif
        let tiles = (vectors + widest - 1) / widest
        for tile in 0..<tiles {
            let first = vectors * tile / tiles
            switch vectors * (tile + 1) / tiles - first {
            case 1: run(Tile<1, 1>.self, line: line, vector: first)
            case 2: run(Tile<1, 2>.self, line: line, vector: first)
            case 3: run(Tile<1, 3>.self, line: line, vector: first)
            case 4: run(Tile<1, 4>.self, line: line, vector: first)
            case 5: run(Tile<1, 5>.self, line: line, vector: first)
            #if KERNELS_V4
            case 6: run(Tile<1, 6>.self, line: line, vector: first)
            case 7: run(Tile<1, 7>.self, line: line, vector: first)
            case 8: run(Tile<1, 8>.self, line: line, vector: first)
            case 9: run(Tile<1, 9>.self, line: line, vector: first)
            case 10: run(Tile<1, 10>.self, line: line, vector: first)
            case 11: run(Tile<1, 11>.self, line: line, vector: first)
            default: run(Tile<1, 12>.self, line: line, vector: first)
            #else
            default: run(Tile<1, 6>.self, line: line, vector: first)
            #endif
            }
        }
    }
}

/// Floats of scratch memory that ``sparseConvolutionWeightGradient(_:_:_:_:_:_:_:_:)`` and
/// ``sparseConvolutionInputGradient(_:_:_:_:_:_:)`` need.
package func sparseConvolutionFloats(_ dense: mlops_dense, _ pool: mlops_window) -> Int {
    let places = pool.output_height * pool.output_width
    let entries = places * dense.units + 16
    return max(2 * entries + places * pool.kernel_height * pool.kernel_width, FilterLists.floats(places))
}

/// Adds the gradient of the weights of some filters from one image to their rows; `starts` begins them anew.
///
/// `x` is the padded image, readable 16 floats beyond its end. Each sum runs over the images in their order, and over the
/// windows of the pooling in theirs.
@inline(never)
package func sparseConvolutionWeightGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ filters: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ gradient: mlops_pooled_gradient,
    _ rows: UnsafeMutablePointer<Float>,
    _ starts: Bool,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let pool = gradient.pool
    let places = PooledPlaces(window: window, pool: pool)
    let stride = convolutionRunFloats(window)
    let lists = FilterLists(places: places, room: places.count + 16, scratch: scratch)
    if starts {
        clear(
            rows + filters.lowerBound * window.kernel_height * stride,
            filters.count * window.kernel_height * stride
        )
    }
    for panel in panels(of: filters) {
        let lanes = lanes(of: filters, in: panel)
        let counts = lists.fill(dense, panel, gradient, lanes)
        for filter in lanes where counts[filter] > 0 {
            let work = SparseWeightLines(
                list: lists.list(filter, count: counts[filter]),
                source: x,
                line: window.dilation_y * window.width * window.channels,
                target: rows + (panel * 16 + filter) * window.kernel_height * stride,
                targetLine: stride
            )
            work.runLines(window.kernel_height, vectors: stride / 16)
        }
    }
}

/// For each filter of a panel the gradients that are not zero, place after place, with where the image under them begins.
private struct FilterLists {
    let places: PooledPlaces
    /// Entries that a list has room for.
    let room: Int
    let scratch: MutableFloats

    /// Floats that they take, with what is needed to make them.
    @inline(__always)
    static func floats(_ places: Int) -> Int { 32 * (places + 16) + 4 * 256 }

    @inline(__always)
    private var offsets: UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(scratch + 16 * room).assumingMemoryBound(to: Int32.self)
    }

    @inline(__always)
    func list(_ filter: Int, count: Int) -> GradientList {
        GradientList(
            values: Floats(scratch + filter * room),
            offsets: UnsafePointer(offsets + filter * room),
            count: count
        )
    }

    /// Fills the lists of some lanes of a panel; returns how many entries each has.
    @inline(__always)
    func fill(
        _ dense: mlops_dense,
        _ panel: Int,
        _ gradient: mlops_pooled_gradient,
        _ lanes: Range<Int>
    ) -> InlineArray<16, Int> {
        var counts = InlineArray<16, Int>(repeating: 0)
        let values = scratch + 32 * room
        let (starts, valuesByFilter, startsByFilter) = (values + 256, values + 512, values + 768)
        let pool = gradient.pool
        var source = gradient.values + panel * 16
        var choices = gradient.choices.map { $0 + panel * 16 }
        var gathered = 0
        var left = places.count
        for row in 0..<pool.output_height {
            for column in 0..<pool.output_width {
                // Sixteen places at a time, and then filter by filter what is not zero of them.
                let start = Int32(truncatingIfNeeded: places.offset(Taps(pool, row, column)))
                let choice = choices.map { vector_load_numbers($0) } ?? vector_splat_number(0)
                vector_store(values + gathered * 16, vector_load(source))
                vector_store_numbers(
                    UnsafeMutableRawPointer(starts + gathered * 16).assumingMemoryBound(to: Int32.self),
                    vector_add_number(choice, start)
                )
                source += dense.units
                choices = choices.map { $0 + dense.panels * 16 }
                gathered += 1
                left -= 1
                if gathered < 16 && left > 0 { continue }
                for i in 0..<2 {
                    for j in 0..<2 {
                        transpose_8x8(values + i * 128 + j * 8, 16, valuesByFilter + j * 128 + i * 8, 16)
                        transpose_8x8(starts + i * 128 + j * 8, 16, startsByFilter + j * 128 + i * 8, 16)
                    }
                }
                let known: UInt32 = (1 << UInt32(truncatingIfNeeded: gathered)) - 1
                for filter in lanes {
                    let value = vector_load(valuesByFilter + filter * 16)
                    let entry = filter * room + counts[filter]
                    counts[filter] += vector_pack(
                        scratch + entry,
                        offsets + entry,
                        vector_nonzero_lanes(value) & known,
                        value,
                        vector_load_numbers(
                            UnsafeRawPointer(startsByFilter + filter * 16).assumingMemoryBound(to: Int32.self)
                        )
                    )
                }
                gathered = 0
            }
        }
        return counts
    }
}

/// The lines of a filter's window.
private struct SparseWeightLines: LineWork {
    let list: GradientList
    let source: Floats
    /// Floats from one line of the window to the next, in the image.
    let line: Int
    let target: MutableFloats
    let targetLine: Int

    @inline(__always)
    func run<let lines: Int, let vectors: Int>(_: Tile<lines, vectors>.Type, line first: Int, vector: Int) {
        let target = target + first * targetLine + vector * 16
        var sums: Tile<lines, vectors> = zeros()
        for i in 0..<lines { for j in 0..<vectors { sums[i][j] = vector_load(target + i * targetLine + j * 16) } }
        list.accumulate(&sums, source + first * line + vector * 16, line: line)
        for i in 0..<lines { for j in 0..<vectors { vector_store(target + i * targetLine + j * 16, sums[i][j]) } }
    }
}

/// Computes the gradient of one padded image from that of a convolution's output.
///
/// `rows` are the weights as rows. `dx` is writable 16 floats beyond its end. Each sum runs over the rows of the window, in
/// each over the windows of the pooling and their places in order, and there over the filters.
@inline(never)
package func sparseConvolutionInputGradient(
    _ window: mlops_window,
    _ dense: mlops_dense,
    _ rows: UnsafePointer<Float>,
    _ gradient: mlops_pooled_gradient,
    _ dx: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let pool = gradient.pool
    let places = PooledPlaces(window: window, pool: pool)
    let stride = convolutionRunFloats(window)
    let room = places.count * dense.units + 16
    let lists = PlaceLists(
        values: scratch,
        offsets: UnsafeMutableRawPointer(scratch + room).assumingMemoryBound(to: Int32.self),
        ends: UnsafeMutableRawPointer(scratch + 2 * room).assumingMemoryBound(to: Int32.self)
    )
    lists.fill(places, dense, gradient, filterStride: window.kernel_height * stride)
    clear(dx, window.height * window.width * window.channels)
    for line in 0..<window.kernel_height {
        let targetLine = window.dilation_y * window.width * window.channels
        var first = 0
        var number = 0
        for row in 0..<pool.output_height {
            for column in 0..<pool.output_width {
                let taps = Taps(pool, row, column)
                for tapRow in 0..<taps.rows {
                    for tapColumn in 0..<taps.columns {
                        let end = Int(lists.ends[number])
                        number += 1
                        if end == first { continue }
                        let work = SparseInputLines(
                            list: GradientList(
                                values: Floats(lists.values + first),
                                offsets: UnsafePointer(lists.offsets + first),
                                count: end - first
                            ),
                            source: rows,
                            line: stride,
                            target: dx + places.offset(taps) + PooledPlaces.tapOffset(window, tapRow, tapColumn),
                            targetLine: targetLine
                        )
                        work.runLine(line, vectors: stride / 16)
                        first = end
                    }
                }
            }
        }
    }
}

/// The gradients that are not zero, place after place of all windows, with where the weights of their filters lie.
private struct PlaceLists {
    let values: MutableFloats
    let offsets: UnsafeMutablePointer<Int32>
    /// For each place the number of the first entry behind its own.
    let ends: UnsafeMutablePointer<Int32>

    @inline(__always)
    func fill(_ places: PooledPlaces, _ dense: mlops_dense, _ gradient: mlops_pooled_gradient, filterStride: Int) {
        let step = Int32(truncatingIfNeeded: filterStride)
        let lastLanes: UInt32 = (1 << UInt32(truncatingIfNeeded: dense.units % 16)) - 1
        var entries = 0
        var number = 0
        var source = gradient.values
        var choices = gradient.choices
        for row in 0..<places.pool.output_height {
            for column in 0..<places.pool.output_width {
                let taps = Taps(places.pool, row, column)
                for tapRow in 0..<taps.rows {
                    for tapColumn in 0..<taps.columns {
                        let tap = PooledPlaces.tapOffset(places.window, tapRow, tapColumn)
                        for panel in 0..<dense.panels {
                            let value = vector_load(source + panel * 16)
                            // Beyond the last filter lie the gradients of the next place.
                            var lanes = panel * 16 + 16 <= dense.units ? 0xFFFF : lastLanes
                            lanes &= vector_nonzero_lanes(value)
                            if let choices {
                                let choice = vector_load_numbers(choices + panel * 16)
                                lanes &= vector_lanes_of_number(choice, Int32(truncatingIfNeeded: tap))
                            }
                            let first = Int32(truncatingIfNeeded: panel * 16) &* step
                            entries += vector_pack(
                                values + entries,
                                offsets + entries,
                                lanes,
                                value,
                                vector_sequence(first, step)
                            )
                        }
                        ends[number] = Int32(truncatingIfNeeded: entries)
                        number += 1
                    }
                }
                source += dense.units
                choices = choices.map { $0 + dense.panels * 16 }
            }
        }
    }
}

/// The lines of a place's window.
private struct SparseInputLines: LineWork {
    let list: GradientList
    let source: Floats
    /// Floats from one line of the weights to the next.
    let line: Int
    let target: MutableFloats
    let targetLine: Int

    @inline(__always)
    func run<let lines: Int, let vectors: Int>(_: Tile<lines, vectors>.Type, line first: Int, vector: Int) {
        let target = target + first * targetLine + vector * 16
        var sums: Tile<lines, vectors> = zeros()
        list.accumulate(&sums, source + first * line + vector * 16, line: line)
        for i in 0..<lines {
            for j in 0..<vectors {
                let place = target + i * targetLine + j * 16
                vector_store(place, vector_load(place) + sums[i][j])
            }
        }
    }
}
