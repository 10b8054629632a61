internal import Kernels

/// Layer normalization of the last axis, place by place.
final class LayerNormalizationOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let channels: Int
    private let places: Int
    private let padded: Int
    private let epsilon: Float
    private let gamma: PackedWeight?
    private let beta: PackedWeight?
    /// What stands in for a weight that the layer does not have.
    private let ones: AlignedBuffer
    private let zeros: AlignedBuffer
    private let learns: Bool
    /// The sums for beta and gamma of each row of the batch.
    private let perRow: MatrixRows?
    private let gradients: AlignedBuffer

    init(
        _ input: BatchTensor,
        epsilon: Float,
        gamma: PackedWeight?,
        beta: PackedWeight?,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        (self.gamma, self.beta) = (gamma, beta)
        self.epsilon = epsilon
        self.learns = learns
        channels = input.shape[input.shape.count - 1]
        places = input.width / channels
        padded = (channels + 15) / 16 * 16
        output = builder.tensor(input.shape, after: input, learns: learns && (gamma ?? beta) != nil)
        (inputs, outputs) = ([input], [output])
        ones = builder.buffer(padded)
        ones.start.update(repeating: 1, count: padded)
        zeros = builder.buffer(padded)
        perRow = output.needsGradient ? builder.matrix(2 * padded) : nil
        gradients = builder.buffer(2 * padded)
        builder.needScratch(input.width + 16)
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            pass.kernels.layerNormalization(
                channels,
                places,
                epsilon,
                input.values.pointer(row: row),
                gamma?.start ?? ones.start,
                beta?.start ?? zeros.start,
                output.values.pointer(row: row)
            )
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard let perRow else { return }
        for row in pass.ownRows {
            pass.kernels.layerNormalizationBackward(
                channels,
                places,
                epsilon,
                input.values.pointer(row: row),
                output.gradient.pointer(row: row),
                gamma?.start ?? ones.start,
                input.needsGradient ? input.gradient.pointer(row: row) : pass.scratch,
                perRow.pointer(row: row)
            )
        }
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard learns, let perRow else { return }
        let vectors = pass.team.share(of: padded / 16, thread: pass.thread)
        guard !vectors.isEmpty else { return }
        let floats = (vectors.lowerBound * 16)..<(vectors.upperBound * 16)
        for (part, weight) in [beta, gamma].enumerated() {
            guard let weight else { continue }
            let sums = gradients.start + part * padded
            for channel in floats {
                var sum: Float = 0
                for row in 0..<pass.rows { sum += perRow.pointer(row: row)[part * padded + channel] }
                sums[channel] = sum
            }
            pass.kernels.applyUpdate(
                update,
                sums + floats.lowerBound,
                (weight.offset + floats.lowerBound)..<(weight.offset + floats.upperBound)
            )
        }
    }
}

extension LayerNormalization {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        let operation = LayerNormalizationOperator(
            input,
            epsilon: epsilon,
            gamma: builder.weight("gamma", of: place),
            beta: builder.weight("beta", of: place),
            learns: !place.isFrozen,
            builder
        )
        builder.append(operation)
        return operation.outputs[0]
    }
}
