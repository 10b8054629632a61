package import CKernelPrimitives

// Depthwise convolution: each channel by itself. The kernel is `[taps][channels padded]`.

/// Computes `y = convolution of x + bias`, channel by channel, for one padded image.
@inline(never)
package func depthwiseForward(
    _ window: mlops_window,
    _ kernel: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>,
    _ relu: Bool
) {
    let channels = window.channels
    let padded = (channels + 15) / 16 * 16
    for row in 0..<window.output_height {
        for column in 0..<window.output_width {
            let start = x + (row * window.stride_y * window.width + column * window.stride_x) * channels
            let target = y + (row * window.output_width + column) * channels
            var channel = 0
            while channel < channels {
                var sum = vector_load(bias + channel) + vector_splat(0)
                var weights = kernel + channel
                for tapRow in 0..<window.kernel_height {
                    var source = start + tapRow * window.dilation_y * window.width * channels + channel
                    for _ in 0..<window.kernel_width {
                        sum = vector_fma(vector_load(source), vector_load(weights), sum)
                        weights += padded
                        source += window.dilation_x * channels
                    }
                }
                let value = relu ? vector_max(sum, vector_splat(0)) : sum
                vector_store_first(target + channel, channels - channel, value)
                channel += 16
            }
        }
    }
}

/// Computes the gradient of one image, without the zeros around it, from that of the output.
@inline(never)
package func depthwiseInputGradient(
    _ window: mlops_window,
    _ kernel: UnsafePointer<Float>,
    _ dz: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
) {
    let channels = window.channels
    let padded = (channels + 15) / 16 * 16
    for row in 0..<window.image_height {
        for column in 0..<window.image_width {
            let target = dx + (row * window.image_width + column) * channels
            var channel = 0
            while channel < channels {
                var sum = vector_splat(0)
                for tapRow in 0..<window.kernel_height {
                    let y = row + window.above - tapRow * window.dilation_y
                    if y < 0 || y % window.stride_y != 0 || y / window.stride_y >= window.output_height { continue }
                    for tapColumn in 0..<window.kernel_width {
                        let x = column + window.left - tapColumn * window.dilation_x
                        if x < 0 || x % window.stride_x != 0 || x / window.stride_x >= window.output_width { continue }
                        let place = (y / window.stride_y * window.output_width + x / window.stride_x) * channels
                        let weights = vector_load(
                            kernel + (tapRow * window.kernel_width + tapColumn) * padded + channel
                        )
                        sum = vector_fma(vector_load(dz + place + channel), weights, sum)
                    }
                }
                vector_store_first(target + channel, channels - channel, sum)
                channel += 16
            }
        }
    }
}

/// Adds the gradient of the kernel from one padded image to the sums of the panels of channels given; `starts` begins them
/// anew.
@inline(never)
package func depthwiseWeightGradient(
    _ window: mlops_window,
    _ panels: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ dz: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>,
    _ starts: Bool
) {
    let channels = window.channels
    let padded = (channels + 15) / 16 * 16
    for panel in panels {
        let channel = panel * 16
        let count = Int32(truncatingIfNeeded: min(16, channels - channel))
        for tapRow in 0..<window.kernel_height {
            for tapColumn in 0..<window.kernel_width {
                let target = gradient + (tapRow * window.kernel_width + tapColumn) * padded + channel
                var sum = starts ? vector_splat(0) : vector_load(target)
                for row in 0..<window.output_height {
                    let line = row * window.stride_y + tapRow * window.dilation_y
                    var source = x + (line * window.width + tapColumn * window.dilation_x) * channels + channel
                    var values = dz + row * window.output_width * channels + channel
                    for _ in 0..<window.output_width {
                        sum = vector_fma(vector_load(source), vector_load(values), sum)
                        source += window.stride_x * channels
                        values += channels
                    }
                }
                vector_store(target, vector_first(count, sum, vector_splat(0)))
            }
        }
    }
}
