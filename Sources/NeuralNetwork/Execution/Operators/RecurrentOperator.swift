internal import Kernels

/// A recurrent layer over sequences; the threads share the rows of the batch out, each for all steps.
final class RecurrentOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor
    private let output: BatchTensor
    private let layer: RecurrentKernel
    private let weights: (kernel: PackedWeight, recurrent: PackedWeight, bias: PackedWeight?)
    private let steps: Int
    private let returnsSequences: Bool
    /// Whether it begins with the last step.
    private let goesBackwards: Bool
    /// Whether its outputs are put in the order of the inputs again.
    private let restoresOrder: Bool
    private let isGRUWithResetBefore: Bool
    private let memory: RecurrentMemory
    private let learns: Bool
    private let backwardMemory: BackwardMemory?

    /// What the backward pass needs besides.
    private struct BackwardMemory {
        let transposedKernel: AlignedBuffer?
        let transposedRecurrent: AlignedBuffer
        /// The gradient of the outputs of a step, of the state, of the cell, and of a product; a row for each row.
        let outputs: MatrixRows
        let state: MatrixRows
        let cell: MatrixRows
        let product: MatrixRows
        let inputs: MatrixRows
        let gradients: (kernel: AlignedBuffer, recurrent: AlignedBuffer, bias: AlignedBuffer)
    }

    init(
        _ input: BatchTensor,
        _ shape: [Int],
        _ description: Recurrent,
        _ weights: (kernel: PackedWeight, recurrent: PackedWeight, bias: PackedWeight?),
        restoresOrder: Bool,
        learns: Bool,
        _ builder: WorkspaceBuilder
    ) {
        self.input = input
        self.weights = weights
        self.learns = learns
        self.restoresOrder = restoresOrder
        steps = input.shape[0]
        returnsSequences = description.returnSequences
        goesBackwards = description.goBackwards
        isGRUWithResetBefore = description.kind == .gru && !description.resetAfter
        output = builder.tensor(shape, after: input, learns: learns)
        (inputs, outputs) = ([input], [output])
        let gates = description.kind.gates
        let panels = (description.units + 15) / 16
        let width = panels * 16
        let biasFloats = 2 * gates * width
        layer = RecurrentKernel(
            description.code,
            inputs: input.shape[1],
            units: description.units,
            gates: gates,
            kernel: weights.kernel.start,
            recurrent: weights.recurrent.start,
            bias: weights.bias?.start ?? builder.buffer(biasFloats).start,
            activation: description.activation.code ?? (.tanh, 0),
            gateActivation: description.recurrentActivation.code ?? (.sigmoid, 0)
        )
        let slots = builder.kernels.recurrentSlots(layer)
        // Forward alone a few steps are enough, but the memory is small, and one way of working is simpler than two.
        func sequence(_ width: Int, _ steps: Int) -> MatrixRows {
            let row = (width / 16 | 1) * 16
            return builder.buffer(steps * builder.capacity * row).rows(row: row)
        }
        memory = RecurrentMemory(
            rows: builder.capacity,
            state: sequence(width, steps + 1),
            cell: sequence(width, steps + 1),
            gates: sequence(width * gates, steps),
            gradients: sequence(output.needsGradient ? width * slots : 16, output.needsGradient ? steps : 1)
        )
        guard output.needsGradient else {
            backwardMemory = nil
            return
        }
        let inputPanels = (input.shape[1] + 15) / 16
        backwardMemory = BackwardMemory(
            transposedKernel: input.needsGradient ? builder.buffer(inputPanels * panels * slots * 256) : nil,
            transposedRecurrent: builder.buffer(panels * panels * slots * 256),
            outputs: builder.matrix(width),
            state: builder.matrix(width),
            cell: builder.matrix(width),
            product: builder.matrix(width),
            inputs: builder.matrix(inputPanels * 16),
            gradients: (
                builder.buffer(weights.kernel.entry.floats), builder.buffer(weights.recurrent.entry.floats),
                builder.buffer(biasFloats)
            )
        )
    }

    /// The place in the sequence at which the layer is in a step.
    private func place(_ step: Int) -> Int { goesBackwards ? steps - 1 - step : step }

    /// The place of a step's output.
    private func outputPlace(_ step: Int) -> Int { restoresOrder ? steps - 1 - step : step }

    /// Floats from the values of a step to those of the next.
    private var inputStep: Int { goesBackwards ? -layer.inputCount : layer.inputCount }

    /// The values of a step, `[rows][inputs]`.
    private func values(_ step: Int) -> MatrixRows { input.values.shifted(by: place(step) * layer.inputCount) }

    func forward(_ pass: Pass, _ share: Share) {
        let rows = pass.ownRows
        guard !rows.isEmpty else { return }
        if rows.count == 1 {
            let row = rows.lowerBound
            pass.kernels.recurrentRow(layer, memory, steps, row, values(0).pointer(row: row), inputStep)
        }
        for step in 0..<steps {
            if rows.count > 1 { pass.kernels.recurrentForward(layer, memory, step, rows, values(step)) }
            guard returnsSequences || step == steps - 1 else { continue }
            let place = returnsSequences ? outputPlace(step) : 0
            for row in rows {
                (output.values.pointer(row: row) + place * layer.unitCount).update(
                    from: memory.states(before: step + 1).pointer(row: row),
                    count: layer.unitCount
                )
            }
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        guard let own = backwardMemory else { return }
        transpose(own, pass)
        pass.team.barrier()
        let rows = pass.ownRows
        guard !rows.isEmpty else { return }
        let width = layer.panelCount * 16
        for row in rows {
            for matrix in [own.outputs, own.state, own.cell] {
                matrix.pointer(row: row).update(repeating: 0, count: width)
            }
        }
        for step in (0..<steps).reversed() {
            loadGradient(of: step, rows, own)
            goBack(through: step, rows, own, pass)
        }
    }

    /// Brings the gradient of a step's output into rows that are whole vectors.
    private func loadGradient(of step: Int, _ rows: Range<Int>, _ own: BackwardMemory) {
        for row in rows {
            let target = own.outputs.pointer(row: row)
            if returnsSequences || step == steps - 1 {
                let place = returnsSequences ? outputPlace(step) : 0
                target.update(
                    from: output.gradient.pointer(row: row) + place * layer.unitCount,
                    count: layer.unitCount
                )
            } else {
                target.update(repeating: 0, count: layer.unitCount)
            }
        }
    }

    private func goBack(through step: Int, _ rows: Range<Int>, _ own: BackwardMemory, _ pass: Pass) {
        let kernels = pass.kernels
        let slots = kernels.recurrentSlots(layer)
        let gradients = memory.gradients(of: step)
        func gradient(_ phase: Int) {
            kernels.recurrentBackward(layer, memory, step, rows, phase, own.outputs, own.state, own.cell, own.product)
        }
        func product(_ slots: Range<Int>, into target: MatrixRows, adds: Bool) {
            kernels.recurrentTransposedProduct(
                layer,
                own.transposedRecurrent.start,
                slots,
                layer.panelCount,
                rows,
                gradients,
                target,
                adds
            )
        }
        gradient(0)
        if isGRUWithResetBefore {
            product(2..<3, into: own.product, adds: false)
            gradient(1)
            if step > 0 { product(0..<2, into: own.state, adds: true) }
        } else if step > 0 {
            product(0..<min(slots, layer.gateCount), into: own.state, adds: true)
        }
        guard let transposed = own.transposedKernel else { return }
        kernels.recurrentTransposedProduct(
            layer,
            transposed.start,
            (slots - layer.gateCount)..<slots,
            (layer.inputCount + 15) / 16,
            rows,
            gradients,
            own.inputs,
            false
        )
        for row in rows {
            (input.gradient.pointer(row: row) + place(step) * layer.inputCount).update(
                from: own.inputs.pointer(row: row),
                count: layer.inputCount
            )
        }
    }

    private func transpose(_ own: BackwardMemory, _ pass: Pass) {
        let panels = pass.team.share(of: layer.panelCount, thread: pass.thread)
        pass.kernels.transposeRecurrentKernel(layer, true, panels, own.transposedRecurrent.start)
        guard let transposed = own.transposedKernel else { return }
        let inputPanels = pass.team.share(of: (layer.inputCount + 15) / 16, thread: pass.thread)
        pass.kernels.transposeRecurrentKernel(layer, false, inputPanels, transposed.start)
    }

    func update(_ pass: Pass, _ update: ParameterUpdate) {
        guard learns, let own = backwardMemory else { return }
        let first = values(0)
        pass.kernels.recurrentWeightGradient(
            layer,
            memory,
            false,
            steps,
            pass.rows,
            pass.team.share(of: pass.kernels.recurrentWeightUnits(layer, layer.inputCount), thread: pass.thread),
            first.pointer(row: 0),
            inputStep,
            first.stride,
            own.gradients.kernel.start
        )
        pass.kernels.recurrentWeightGradient(
            layer,
            memory,
            true,
            steps,
            pass.rows,
            pass.team.share(of: pass.kernels.recurrentWeightUnits(layer, layer.unitCount), thread: pass.thread),
            memory.states(before: 0).pointer(row: 0),
            memory.stateStep,
            memory.states(before: 0).stride,
            own.gradients.recurrent.start
        )
        if weights.bias != nil {
            let panels = pass.team.share(of: layer.panelCount, thread: pass.thread)
            pass.kernels.recurrentBiasGradient(layer, memory, steps, pass.rows, panels, own.gradients.bias.start)
        }
        pass.team.barrier()
        pass.apply(update, weights.kernel, own.gradients.kernel)
        pass.apply(update, weights.recurrent, own.gradients.recurrent)
        if let bias = weights.bias { pass.apply(update, bias, own.gradients.bias) }
    }
}

extension Recurrent {
    /// The number by which the kernels know the kind.
    fileprivate var code: RecurrentCode {
        switch kind {
        case .simpleRNN: .simple
        case .lstm: .lstm
        case .gru: resetAfter ? .gruResetAfter : .gru
        }
    }

    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        build(builder, from: input, place, restoresOrder: false)
    }

    /// Puts the layer behind a tensor; one that goes backwards may put its outputs in the order of the inputs again.
    fileprivate func build(
        _ builder: WorkspaceBuilder,
        from input: BatchTensor,
        _ place: LayerPlace,
        restoresOrder: Bool
    ) -> BatchTensor {
        guard let kernel = builder.weight("kernel", of: place),
            let recurrent = builder.weight("recurrent_kernel", of: place),
            let shape = try? outputShape(of: input.shape)
        else { return input }
        let operation = RecurrentOperator(
            input,
            shape,
            self,
            (kernel, recurrent, builder.weight("bias", of: place)),
            restoresOrder: restoresOrder,
            learns: !place.isFrozen,
            builder
        )
        builder.append(operation)
        return operation.outputs[0]
    }
}

extension Bidirectional {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        guard let shape = try? outputShape(of: input.shape) else { return input }
        let fork = ForkOperator(input, count: 2, builder)
        builder.append(fork)
        var backwards = layer
        backwards.goBackwards = true
        let forward = layer.build(builder, from: fork.outputs[0], place.inside("forward", 0), restoresOrder: false)
        let backward = backwards.build(builder, from: fork.outputs[1], place.inside("backward", 1), restoresOrder: true)
        let merge = MergeOperator(forward, backward, shape, mergeMode, builder)
        builder.append(merge)
        return merge.outputs[0]
    }
}
