internal import Kernels

/// Batch normalization of the last axis.
///
/// Each thread looks at its rows; what they find is put together channel by channel, row after row, so that the numbers do
/// not depend on the threads.
final class BatchNormalizationOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let channels: Int
    private let places: Int
    private let padded: Int
    private let momentum: Double
    private let epsilon: Double
    private let gamma: PackedWeight?
    private let beta: PackedWeight?
    private let movingMean: PackedWeight
    private let movingVariance: PackedWeight
    private let learns: Bool
    /// Two numbers of each channel for each row of the batch.
    private let perRow: MatrixRows?
    /// What is known of the channels, each `[channels padded]`.
    private let known: AlignedBuffer

    /// The parts of ``known``.
    private enum Known: Int, CaseIterable {
        case mean, inverse, scale, shift, gammaGradient, betaGradient, a, b, c
    }

    init(
        _ input: BatchTensor,
        _ layer: BatchNormalization,
        gamma: PackedWeight?,
        beta: PackedWeight?,
        movingMean: PackedWeight,
        movingVariance: PackedWeight,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        (self.gamma, self.beta) = (gamma, beta)
        (self.movingMean, self.movingVariance) = (movingMean, movingVariance)
        self.learns = learns
        channels = input.shape[input.shape.count - 1]
        places = input.width / channels
        padded = (channels + 15) / 16 * 16
        (momentum, epsilon) = (Double(layer.momentum), Double(layer.epsilon))
        output = builder.tensor(input.shape, after: input, learns: learns && (gamma ?? beta) != nil)
        (inputs, outputs) = ([input], [output])
        perRow = builder.withGradients ? builder.matrix(2 * padded) : nil
        known = builder.buffer(Known.allCases.count * padded)
    }

    private func known(_ part: Known) -> UnsafeMutablePointer<Float> { known.start + part.rawValue * padded }

    func forward(_ pass: Pass, _ share: Share) {
        // A frozen layer goes on with what it has learned.
        if pass.mode != .inference, learns, let perRow {
            for row in pass.ownRows {
                pass.kernels.channelStatistics(
                    channels,
                    places,
                    input.values.pointer(row: row),
                    perRow.pointer(row: row)
                )
            }
            pass.team.barrier()
            for channel in pass.team.share(of: channels, thread: pass.thread) { combine(channel, perRow, pass) }
            pass.team.barrier()
        } else {
            // Every thread writes the same numbers.
            for channel in 0..<channels {
                let (mean, variance) = (movingMean.start[channel], movingVariance.start[channel])
                set(channel, mean: Double(mean), variance: Double(variance))
            }
        }
        for row in pass.ownRows {
            pass.kernels.scaleChannels(
                channels,
                places,
                input.values.pointer(row: row),
                known(.scale),
                known(.shift),
                output.values.pointer(row: row)
            )
        }
    }

    /// Mean and variance of a channel over the batch, from those of its rows (Chan et al., 1979).
    private func combine(_ channel: Int, _ perRow: MatrixRows, _ pass: Pass) {
        var (count, mean, squares) = (0.0, 0.0, 0.0)
        let size = Double(places)
        for row in 0..<pass.rows {
            let numbers = perRow.pointer(row: row)
            let difference = Double(numbers[channel]) - mean
            let total = count + size
            mean += difference * size / total
            squares += Double(numbers[padded + channel]) + difference * difference * count * size / total
            count = total
        }
        let variance = squares / count
        set(channel, mean: mean, variance: variance)
        guard pass.mode == .training else { return }
        func move(_ weight: PackedWeight, _ value: Double) {
            weight.start[channel] = Float(Double(weight.start[channel]) * momentum + value * (1 - momentum))
        }
        move(movingMean, mean)
        move(movingVariance, variance)
    }

    private func set(_ channel: Int, mean: Double, variance: Double) {
        let inverse = 1 / (variance + epsilon).squareRoot()
        let scale = inverse * Double(gamma?.start[channel] ?? 1)
        known(.mean)[channel] = Float(mean)
        known(.inverse)[channel] = Float(inverse)
        known(.scale)[channel] = Float(scale)
        known(.shift)[channel] = Float(Double(beta?.start[channel] ?? 0) - mean * scale)
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard let perRow else { return }
        for row in pass.ownRows {
            pass.kernels.channelGradientSums(
                channels,
                places,
                input.values.pointer(row: row),
                output.gradient.pointer(row: row),
                known(.mean),
                known(.inverse),
                perRow.pointer(row: row)
            )
        }
        pass.team.barrier()
        for channel in pass.team.share(of: channels, thread: pass.thread) {
            var (plain, weighted) = (0.0, 0.0)
            for row in 0..<pass.rows {
                plain += Double(perRow.pointer(row: row)[channel])
                weighted += Double(perRow.pointer(row: row)[padded + channel])
            }
            known(.betaGradient)[channel] = Float(plain)
            known(.gammaGradient)[channel] = Float(weighted)
            let count = Double(pass.rows * places)
            let (mean, inverse) = (Double(known(.mean)[channel]), Double(known(.inverse)[channel]))
            let scale = Double(known(.scale)[channel])
            // dx = scale * (dy - mean(dy) - normal * mean(dy * normal)), as a line in dy and x; without the means where they
            // do not depend on the batch.
            let slope = learns ? -scale * inverse * weighted / count : 0
            known(.a)[channel] = Float(scale)
            known(.b)[channel] = Float(slope)
            known(.c)[channel] = Float(learns ? -scale * plain / count - slope * mean : 0)
        }
        pass.team.barrier()
        guard input.needsGradient else { return }
        for row in pass.ownRows {
            pass.kernels.channelInputGradient(
                channels,
                places,
                input.values.pointer(row: row),
                output.gradient.pointer(row: row),
                known(.a),
                known(.b),
                known(.c),
                input.gradient.pointer(row: row)
            )
        }
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard learns else { return }
        for (weight, part) in [(gamma, Known.gammaGradient), (beta, .betaGradient)] {
            guard let weight else { continue }
            let vectors = pass.team.share(of: padded / 16, thread: pass.thread)
            guard !vectors.isEmpty else { continue }
            pass.kernels.applyUpdate(
                update,
                known(part) + vectors.lowerBound * 16,
                (weight.offset + vectors.lowerBound * 16)..<(weight.offset + vectors.upperBound * 16)
            )
        }
    }
}

extension BatchNormalization {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let mean = builder.weight("moving_mean", of: place),
            let variance = builder.weight("moving_variance", of: place)
        else { return input }
        let operation = BatchNormalizationOperator(
            input,
            self,
            gamma: builder.weight("gamma", of: place),
            beta: builder.weight("beta", of: place),
            movingMean: mean,
            movingVariance: variance,
            learns: !place.isFrozen,
            builder
        )
        builder.append(operation)
        return operation.outputs[0]
    }
}
