package import CKernelPrimitives

// The gradients of a step lie in slots of 16, panel after panel. Of a GRU whose reset gate comes last there are four:
// what the recurrent kernel gives for the candidate, update, reset, candidate; the first three go back through the recurrent
// kernel, the last three through the kernel. Elsewhere the slots are the gates.

/// The slots of a panel.
package func recurrentSlots(_ layer: mlops_recurrent) -> Int {
    layer.kind == MLOPS_RECURRENT_GRU_RESET_AFTER ? 4 : layer.gates
}

/// Computes the gradients of one step before the activations, for the rows given.
///
/// `outputs` is the gradient of the step's output by what comes after it, `[rows][units padded]`. `state` and `cell` are the
/// gradients that the next step has left, and become what this step passes on without a product; `phase` is 1 for the second
/// half of a GRU whose reset gate comes first, whose `product` is the gradient of what the reset gate has left of the state.
@inline(never)
package func recurrentBackward(
    _ layer: mlops_recurrent,
    _ memory: mlops_recurrent_memory,
    _ step: Int,
    _ rows: Range<Int>,
    _ phase: Int,
    _ outputs: mlops_rows,
    _ state: mlops_rows,
    _ cell: mlops_rows,
    _ product: mlops_rows
) {
    let gate = StateActivation(kind: layer.gate_activation, parameter: layer.gate_activation_parameter)
    let activation = StateActivation(kind: layer.activation, parameter: layer.activation_parameter)
    let before = memory.state.block(step, memory.capacity)
    let cellBefore = memory.cell.block(step, memory.capacity)
    let cellAfter = memory.cell.block(step + 1, memory.capacity)
    let gates = memory.gates.block(step, memory.capacity)
    let gradients = memory.gradients.block(step, memory.capacity)
    let one = vector_splat(1)
    for row in rows {
        for panel in 0..<layer.panels {
            let carried = state.place(row, panel)
            let values = gates.place(row, panel * layer.gates)
            let target = gradients.place(row, panel * recurrentSlots(layer))
            switch layer.kind {
            case MLOPS_RECURRENT_LSTM:
                let gradient = vector_load(outputs.place(row, panel)) + vector_load(carried)
                let (input, forget) = (vector_load(values), vector_load(values + 16))
                let (new, output) = (vector_load(values + 32), vector_load(values + 48))
                let squashed = activation.value(vector_load(cellAfter.place(row, panel)))
                let carriedCell = cell.place(row, panel)
                let inner = vector_fma(gradient * output, activation.derivative(squashed), vector_load(carriedCell))
                vector_store(target, inner * new * gate.derivative(input))
                vector_store(
                    target + 16,
                    inner * vector_load(cellBefore.place(row, panel)) * gate.derivative(forget)
                )
                vector_store(target + 32, inner * input * activation.derivative(new))
                vector_store(target + 48, gradient * squashed * gate.derivative(output))
                vector_store(carriedCell, inner * forget)
                vector_store(carried, vector_splat(0))
            case MLOPS_RECURRENT_GRU_RESET_AFTER:
                let gradient = vector_load(outputs.place(row, panel)) + vector_load(carried)
                let (update, reset, new) = (vector_load(values), vector_load(values + 16), vector_load(values + 32))
                let candidate = gradient * (one - update) * activation.derivative(new)
                vector_store(target, candidate * reset)
                vector_store(
                    target + 16,
                    gradient * (vector_load(before.place(row, panel)) - new) * gate.derivative(update)
                )
                vector_store(
                    target + 32,
                    candidate * vector_load(cellAfter.place(row, panel)) * gate.derivative(reset)
                )
                vector_store(target + 48, candidate)
                vector_store(carried, gradient * update)
            case MLOPS_RECURRENT_GRU:
                let (update, reset, new) = (vector_load(values), vector_load(values + 16), vector_load(values + 32))
                let old = vector_load(before.place(row, panel))
                if phase == 0 {
                    let gradient = vector_load(outputs.place(row, panel)) + vector_load(carried)
                    vector_store(target, gradient * (old - new) * gate.derivative(update))
                    vector_store(target + 32, gradient * (one - update) * activation.derivative(new))
                    vector_store(carried, gradient * update)
                } else {
                    let left = vector_load(product.place(row, panel))
                    vector_store(target + 16, left * old * gate.derivative(reset))
                    vector_store(carried, vector_fma(left, reset, vector_load(carried)))
                }
            default:
                let gradient = vector_load(outputs.place(row, panel)) + vector_load(carried)
                vector_store(target, gradient * activation.derivative(vector_load(values)))
                vector_store(carried, vector_splat(0))
            }
        }
    }
}

/// Transposes the kernel, or the recurrent kernel, of a recurrent layer, for the panels of its rows given:
/// `target[row / 16][panel][slot][lane][row % 16]`, with the slots that the gradients of a step have.
@inline(never)
package func transposeRecurrentKernel(
    _ layer: mlops_recurrent,
    _ isRecurrent: Bool,
    _ rowPanels: Range<Int>,
    _ target: UnsafeMutablePointer<Float>
) {
    let rows = isRecurrent ? layer.units : layer.inputs
    let kernel = isRecurrent ? layer.recurrent : layer.kernel
    let slots = recurrentSlots(layer)
    let hasSpare = slots > layer.gates
    for rowPanel in rowPanels {
        for panel in 0..<layer.panels {
            for gate in 0..<layer.gates {
                // Beside the gates stands the gradient of what the recurrent kernel gives for the candidate.
                let slot = hasSpare ? (isRecurrent ? (gate + 1) % 3 : gate + 1) : gate
                let to = target + ((rowPanel * layer.panels + panel) * slots + slot) * 256
                let from = kernel + ((panel * rows + rowPanel * 16) * layer.gates + gate) * 16
                for row in 0..<min(16, rows - rowPanel * 16) {
                    for lane in 0..<16 { to[lane * 16 + row] = from[row * layer.gates * 16 + lane] }
                }
            }
        }
    }
}

/// Carries gradients of a step back through a transposed kernel: `y = gradients * kernel^T`, added to what is there if asked.
///
/// Only the `slots` given of each panel count. `y` is `[rows][outputs padded]`. Each sum runs over panels, slots and units in
/// their order.
@inline(never)
package func recurrentTransposedProduct(
    _ layer: mlops_recurrent,
    _ transposed: UnsafePointer<Float>,
    _ slots: Range<Int>,
    _ outputPanels: Int,
    _ rows: Range<Int>,
    _ gradients: mlops_rows,
    _ y: mlops_rows,
    _ adds: Bool
) {
    var panel = 0
    while panel < outputPanels {
        let panels = min(tilePanels, outputPanels - panel)
        let work = TransposedTile(
            layer: layer,
            transposed: transposed,
            slots: slots,
            panel: panel,
            rows: rows,
            gradients: gradients,
            y: y,
            adds: adds
        )
        work.runTiles(rows.count, panels: panels)
        panel += panels
    }
}

private struct TransposedTile: TileWork {
    let layer: mlops_recurrent
    let transposed: Floats
    let slots: Range<Int>
    let panel: Int
    let rows: Range<Int>
    let gradients: mlops_rows
    let y: mlops_rows
    let adds: Bool

    @inline(__always)
    func run<let count: Int, let panels: Int>(_: Tile<count, panels>.Type, first: Int) {
        let row = rows.lowerBound + first
        var sums: Tile<count, panels> = zeros()
        if adds {
            for i in 0..<count {
                for j in 0..<panels { sums[i][j] = vector_load(y.place(row + i, panel + j)) }
            }
        }
        let slotCount = recurrentSlots(layer)
        let panelFloats = layer.panels * slotCount * 256
        // Where all slots count, they lie side by side, panel after panel.
        let isWhole = slots.count == slotCount
        let pieces = isWhole ? 1 : layer.panels
        let depth = (isWhole ? layer.panels : 1) * slots.count * 16
        for piece in 0..<pieces {
            let slot = piece * slotCount + slots.lowerBound
            accumulate(
                &sums,
                depth: depth,
                a: Floats(gradients.start + row * gradients.row + slot * 16),
                aRow: gradients.row,
                aStep: 1,
                b: transposed + panel * panelFloats + slot * 256,
                bPanel: panelFloats,
                bStep: 16
            )
        }
        for i in 0..<count {
            for j in 0..<panels { vector_store(y.place(row + i, panel + j), sums[i][j]) }
        }
    }
}

/// Computes the gradient of a recurrent layer's bias for the panels given: sums over steps and rows in their order.
@inline(never)
package func recurrentBiasGradient(
    _ layer: mlops_recurrent,
    _ memory: mlops_recurrent_memory,
    _ steps: Int,
    _ rows: Int,
    _ panels: Range<Int>,
    _ gradient: UnsafeMutablePointer<Float>
) {
    let slots = recurrentSlots(layer)
    let hasSpare = slots > layer.gates
    for panel in panels {
        for slot in 0..<slots {
            var sum = vector_splat(0)
            for step in 0..<steps {
                let gradients = memory.gradients.block(step, memory.capacity)
                for row in 0..<rows { sum += vector_load(gradients.place(row, panel * slots + slot)) }
            }
            guard hasSpare else {
                vector_store(gradient + (panel * layer.gates + slot) * 16, sum)
                continue
            }
            // Two rows of biases: update and reset belong to both, the candidate has one of its own in each.
            let rowsOfBias = gradient + panel * 2 * layer.gates * 16
            if slot > 0 { vector_store(rowsOfBias + (slot - 1) * 16, sum) }
            if slot < 3 { vector_store(rowsOfBias + (layer.gates + (slot + 2) % 3) * 16, sum) }
        }
    }
}
