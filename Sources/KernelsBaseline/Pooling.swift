package import CKernelPrimitives

/// Takes the largest value of each window, channel by channel, for one image.
///
/// What lies around the image does not count.
@inline(never)
package func maxPooling(_ window: mlops_window, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let channels = window.channels
    for row in 0..<window.output_height {
        for column in 0..<window.output_width {
            let taps = Taps(window, row, column)
            let target = y + (row * window.output_width + column) * channels
            var channel = 0
            while channel < channels {
                var largest = vector_load(x + taps.firstPlace * channels + channel)
                for line in 0..<taps.rows {
                    var source = x + (taps.firstPlace + line * window.image_width) * channels + channel
                    for _ in 0..<taps.columns {
                        largest = vector_max(largest, vector_load(source))
                        source += channels
                    }
                }
                vector_store_first(target + channel, channels - channel, largest)
                channel += 16
            }
        }
    }
}

/// Gives the gradient of each largest value to the first place of the window that has it, for one image.
@inline(never)
package func maxPoolingBackward(
    _ window: mlops_window,
    _ x: UnsafePointer<Float>,
    _ y: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
) {
    let channels = window.channels
    // Where windows do not overlap, each place gets one gradient; where they touch and nothing is left over, all get one.
    let isDisjoint = window.stride_y >= window.kernel_height && window.stride_x >= window.kernel_width
    let isCovered =
        window.stride_y <= window.kernel_height && window.stride_x <= window.kernel_width
        && window.output_height * window.stride_y - window.above >= window.image_height
        && window.output_width * window.stride_x - window.left >= window.image_width
    if !isDisjoint || !isCovered { clear(dx, window.image_height * window.image_width * channels) }
    for row in 0..<window.output_height {
        for column in 0..<window.output_width {
            let taps = Taps(window, row, column)
            let place = (row * window.output_width + column) * channels
            var channel = 0
            while channel < channels {
                let largest = vector_load(y + place + channel)
                // What is left to be given away: nothing, once the place was found.
                var gradient = vector_load(dy + place + channel)
                for line in 0..<taps.rows {
                    let start = (taps.firstPlace + line * window.image_width) * channels + channel
                    for tap in 0..<taps.columns {
                        let offset = start + tap * channels
                        let value = vector_load(x + offset)
                        let share = vector_where_equal(value, largest, gradient, vector_splat(0))
                        gradient = vector_where_equal(value, largest, vector_splat(0), gradient)
                        let sum = isDisjoint ? share : vector_load(dx + offset) + share
                        vector_store_first(dx + offset, channels - channel, sum)
                    }
                }
                channel += 16
            }
        }
    }
}

/// Takes the mean of each window, channel by channel, for one image; what lies around it does not count.
@inline(never)
package func averagePooling(_ window: mlops_window, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let channels = window.channels
    for row in 0..<window.output_height {
        for column in 0..<window.output_width {
            let taps = Taps(window, row, column)
            let share = vector_splat(1 / Float(taps.rows * taps.columns))
            let target = y + (row * window.output_width + column) * channels
            var channel = 0
            while channel < channels {
                var sum = vector_splat(0)
                for line in 0..<taps.rows {
                    var source = x + (taps.firstPlace + line * window.image_width) * channels + channel
                    for _ in 0..<taps.columns {
                        sum += vector_load(source)
                        source += channels
                    }
                }
                vector_store_first(target + channel, channels - channel, sum * share)
                channel += 16
            }
        }
    }
}

/// Shares the gradient of each mean out among the places of its window, for one image.
@inline(never)
package func averagePoolingBackward(
    _ window: mlops_window,
    _ dy: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
) {
    let channels = window.channels
    clear(dx, window.image_height * window.image_width * channels)
    for row in 0..<window.output_height {
        for column in 0..<window.output_width {
            let taps = Taps(window, row, column)
            let share = vector_splat(1 / Float(taps.rows * taps.columns))
            let place = (row * window.output_width + column) * channels
            var channel = 0
            while channel < channels {
                let gradient = vector_load(dy + place + channel) * share
                for line in 0..<taps.rows {
                    var target = dx + (taps.firstPlace + line * window.image_width) * channels + channel
                    for _ in 0..<taps.columns {
                        vector_store_first(target, channels - channel, vector_load(target) + gradient)
                        target += channels
                    }
                }
                channel += 16
            }
        }
    }
}

/// The places of an image that a window sees.
struct Taps {
    let firstRow: Int
    let firstColumn: Int
    let firstPlace: Int
    let rows: Int
    let columns: Int

    @inline(__always)
    init(_ window: mlops_window, _ row: Int, _ column: Int) {
        let (top, left) = (row * window.stride_y - window.above, column * window.stride_x - window.left)
        (firstRow, firstColumn) = (max(top, 0), max(left, 0))
        rows = min(top + window.kernel_height, window.image_height) - firstRow
        columns = min(left + window.kernel_width, window.image_width) - firstColumn
        firstPlace = firstRow * window.image_width + firstColumn
    }
}

/// Sets numbers to zero.
@inline(__always)
func clear(_ start: MutableFloats, _ count: Int) {
    var place = 0
    while place + 16 <= count {
        vector_store(start + place, vector_splat(0))
        place += 16
    }
    vector_store_first(start + place, count - place, vector_splat(0))
}
