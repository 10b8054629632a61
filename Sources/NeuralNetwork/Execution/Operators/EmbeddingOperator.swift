internal import Kernels

/// A row of a table for each number.
///
/// The threads share the batch out; for the gradient of the table, its rows.
final class EmbeddingOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let table: PackedWeight
    private let rowFloats: Int
    private let dimension: Int
    private let vocabulary: Int
    private let gradients: AlignedBuffer?

    init(_ input: BatchTensor, _ shape: [Int], _ table: PackedWeight, learns: Bool, _ builder: WorkspaceBuilder) {
        self.input = input
        self.table = table
        rowFloats = table.entry.weight.packedWidth
        (vocabulary, dimension) = (table.entry.shape[0], table.entry.shape[1])
        output = builder.tensor(shape, after: nil, learns: learns)
        (inputs, outputs) = ([input], [output])
        gradients = output.needsGradient && learns ? builder.buffer(table.entry.floats) : nil
    }

    /// The row of the table that a number means; `nil` for one out of range.
    private func entry(_ number: Float) -> Int? {
        number >= 0 && number < Float(vocabulary) ? Int(number) : nil
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            let (numbers, target) = (input.values.pointer(row: row), output.values.pointer(row: row))
            for place in 0..<input.width {
                let values = target + place * dimension
                if let entry = entry(numbers[place]) {
                    values.update(from: table.start + entry * rowFloats, count: dimension)
                } else {
                    values.update(repeating: 0, count: dimension)
                }
            }
        }
    }

    /// Numbers have no gradient.
    func backward(_ pass: Pass, _ share: Share) {}

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard let gradients else { return }
        let own = pass.team.share(of: vocabulary, thread: pass.thread)
        (gradients.start + own.lowerBound * rowFloats).update(repeating: 0, count: own.count * rowFloats)
        for row in 0..<pass.rows {
            let (numbers, gradient) = (input.values.pointer(row: row), output.gradient.pointer(row: row))
            for place in 0..<input.width {
                guard let entry = entry(numbers[place]), own.contains(entry) else { continue }
                let target = gradients.start + entry * rowFloats
                for column in 0..<dimension { target[column] += gradient[place * dimension + column] }
            }
        }
        guard !own.isEmpty else { return }
        pass.kernels.applyUpdate(
            update.penalized(by: table),
            gradients.start + own.lowerBound * rowFloats,
            (table.offset + own.lowerBound * rowFloats)..<(table.offset + own.upperBound * rowFloats)
        )
    }
}

extension Embedding {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let table = builder.weight("embeddings", of: place), let shape = try? outputShape(of: input.shape) else {
            return input
        }
        let operation = EmbeddingOperator(input, shape, table, learns: !place.isFrozen, builder)
        builder.append(operation)
        return operation.outputs[0]
    }
}
