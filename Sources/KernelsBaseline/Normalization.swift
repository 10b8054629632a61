internal import CKernelPrimitives

// A row is `[places][channels]`. What is known of a channel lies in vectors: `[channels padded]`.

/// Computes mean and sum of squared deviations of each channel over the places of one row: `statistics` is `[2][channels
/// padded]`.
@inline(never)
package func channelStatistics(
    _ channels: Int,
    _ places: Int,
    _ x: UnsafePointer<Float>,
    _ statistics: UnsafeMutablePointer<Float>
) {
    let padded = (channels + 15) / 16 * 16
    let share = vector_splat(1 / Float(places))
    var channel = 0
    while channel < channels {
        var sum = vector_splat(0)
        for place in 0..<places { sum += vector_load(x + place * channels + channel) }
        let mean = sum * share
        var squares = vector_splat(0)
        for place in 0..<places {
            let deviation = vector_load(x + place * channels + channel) - mean
            squares = vector_fma(deviation, deviation, squares)
        }
        vector_store(statistics + channel, mean)
        vector_store(statistics + padded + channel, squares)
        channel += 16
    }
}

/// `y = x * scale + shift`, channel by channel, for one row.
@inline(never)
package func scaleChannels(
    _ channels: Int,
    _ places: Int,
    _ x: UnsafePointer<Float>,
    _ scale: UnsafePointer<Float>,
    _ shift: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
) {
    for place in 0..<places {
        var channel = 0
        while channel < channels {
            let offset = place * channels + channel
            let value = vector_fma(vector_load(x + offset), vector_load(scale + channel), vector_load(shift + channel))
            vector_store_first(y + offset, channels - channel, value)
            channel += 16
        }
    }
}

/// Sums the gradients, and the gradients times the normalized values, over the places of one row: `sums` is `[2][channels
/// padded]`.
@inline(never)
package func channelGradientSums(
    _ channels: Int,
    _ places: Int,
    _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ mean: UnsafePointer<Float>,
    _ inverse: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
) {
    let padded = (channels + 15) / 16 * 16
    var channel = 0
    while channel < channels {
        var (plain, weighted) = (vector_splat(0), vector_splat(0))
        let (center, scale) = (vector_load(mean + channel), vector_load(inverse + channel))
        for place in 0..<places {
            let offset = place * channels + channel
            let gradient = vector_load(dy + offset)
            plain += gradient
            weighted = vector_fma(gradient, (vector_load(x + offset) - center) * scale, weighted)
        }
        vector_store(sums + channel, plain)
        vector_store(sums + padded + channel, weighted)
        channel += 16
    }
}

/// `dx = dy * a + x * b + c`, channel by channel, for one row.
@inline(never)
package func channelInputGradient(
    _ channels: Int,
    _ places: Int,
    _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    _ c: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
) {
    for place in 0..<places {
        var channel = 0
        while channel < channels {
            let offset = place * channels + channel
            let inner = vector_fma(vector_load(x + offset), vector_load(b + channel), vector_load(c + channel))
            let value = vector_fma(vector_load(dy + offset), vector_load(a + channel), inner)
            vector_store_first(dx + offset, channels - channel, value)
            channel += 16
        }
    }
}

/// Brings the channels of each place to mean 0 and variance 1, times `gamma` plus `beta`, for one row.
@inline(never)
package func layerNormalization(
    _ channels: Int,
    _ places: Int,
    _ epsilon: Float,
    _ x: UnsafePointer<Float>,
    _ gamma: UnsafePointer<Float>,
    _ beta: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
) {
    for place in 0..<places {
        let source = x + place * channels
        let (mean, inverse) = moments(source, channels, epsilon)
        var channel = 0
        while channel < channels {
            let normal = (vector_load(source + channel) - vector_splat(mean)) * vector_splat(inverse)
            let value = vector_fma(normal, vector_load(gamma + channel), vector_load(beta + channel))
            vector_store_first(y + place * channels + channel, channels - channel, value)
            channel += 16
        }
    }
}

/// The gradient of ``layerNormalization(_:_:_:_:_:_:_:)`` for one row, in place of `dx`, which may be that of `dy`; adds the sums
/// for beta and gamma to `sums`, `[2][channels padded]`.
@inline(never)
package func layerNormalizationBackward(
    _ channels: Int,
    _ places: Int,
    _ epsilon: Float,
    _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ gamma: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
) {
    let padded = (channels + 15) / 16 * 16
    clear(sums, 2 * padded)
    for place in 0..<places {
        let source = x + place * channels
        let gradients = dy + place * channels
        let (mean, inverse) = moments(source, channels, epsilon)
        var (plain, weighted) = (vector_splat(0), vector_splat(0))
        var channel = 0
        while channel < channels {
            let count = Int32(truncatingIfNeeded: min(16, channels - channel))
            let normal = (vector_load(source + channel) - vector_splat(mean)) * vector_splat(inverse)
            let gradient = vector_first(count, vector_load(gradients + channel), vector_splat(0))
            let scaled = gradient * vector_load(gamma + channel)
            plain += scaled
            weighted = vector_fma(scaled, vector_first(count, normal, vector_splat(0)), weighted)
            vector_store(sums + channel, vector_load(sums + channel) + gradient)
            let product = gradient * vector_first(count, normal, vector_splat(0))
            vector_store(sums + padded + channel, vector_load(sums + padded + channel) + product)
            channel += 16
        }
        let first = vector_splat(vector_sum(plain) / Float(channels))
        let second = vector_splat(vector_sum(weighted) / Float(channels))
        channel = 0
        while channel < channels {
            let normal = (vector_load(source + channel) - vector_splat(mean)) * vector_splat(inverse)
            let scaled = vector_load(gradients + channel) * vector_load(gamma + channel)
            let value = (scaled - first - normal * second) * vector_splat(inverse)
            vector_store_first(dx + place * channels + channel, channels - channel, value)
            channel += 16
        }
    }
}

/// Mean, and one over the standard deviation, of numbers side by side.
@inline(__always)
private func moments(_ x: Floats, _ count: Int, _ epsilon: Float) -> (mean: Float, inverse: Float) {
    var sum = vector_splat(0)
    var place = 0
    while place < count {
        let lanes = Int32(truncatingIfNeeded: min(16, count - place))
        sum += vector_first(lanes, vector_load(x + place), vector_splat(0))
        place += 16
    }
    let mean = vector_sum(sum) / Float(count)
    var squares = vector_splat(0)
    place = 0
    while place < count {
        let lanes = Int32(truncatingIfNeeded: min(16, count - place))
        let deviation = vector_first(lanes, vector_load(x + place) - vector_splat(mean), vector_splat(0))
        squares = vector_fma(deviation, deviation, squares)
        place += 16
    }
    return (mean, 1 / (vector_sum(squares) / Float(count) + epsilon).squareRoot())
}
