package import CKernelPrimitives

/// Rows of a kernel in one unit of work.
private let chunk = 32

/// About the rows of gradients that are worked on before the next rows of a kernel are: so many of a panel's gates stay in
/// the first-level cache.
private let pieceRows = 96

/// The units of work of ``recurrentWeightGradient(_:_:_:_:_:_:_:_:_:_:)`` for a kernel of so many rows.
package func recurrentWeightUnits(_ layer: mlops_recurrent, _ rows: Int) -> Int {
    layer.panels * ((rows + chunk - 1) / chunk)
}

/// Computes the gradient of the kernel, or of the recurrent kernel, of a recurrent layer for the units given.
///
/// The values of step `t` and row `r` are `x[t * xStep + r * xRow]` and following. The sums have the layout of the kernel, and
/// run over steps and rows in their order.
@inline(never)
package func recurrentWeightGradient(
    _ layer: mlops_recurrent,
    _ memory: mlops_recurrent_memory,
    _ isRecurrent: Bool,
    _ steps: Int,
    _ rows: Int,
    _ units: Range<Int>,
    _ x: UnsafePointer<Float>,
    _ xStep: Int,
    _ xRow: Int,
    _ gradient: UnsafeMutablePointer<Float>
) {
    let kernelRows = isRecurrent ? layer.units : layer.inputs
    let chunks = (kernelRows + chunk - 1) / chunk
    let slots = recurrentSlots(layer)
    let stepsAtOnce = max(1, pieceRows / max(rows, 1))
    for unit in units {
        let (panel, first) = (unit / chunks, unit % chunks * chunk)
        let count = min(chunk, kernelRows - first)
        var step = 0
        while step < steps {
            var row = 0
            while row < rows {
                let piece = WeightPiece(
                    gradients: memory.gradients,
                    gradientStep: memory.capacity * memory.gradients.row,
                    slot: panel * slots,
                    x: x + first,
                    xStep: xStep,
                    xRow: xRow,
                    steps: step..<min(step + stepsAtOnce, steps),
                    rows: row..<min(row + pieceRows, rows),
                    target: gradient + (panel * kernelRows + first) * layer.gates * 16,
                    targetRow: layer.gates * 16
                )
                switch layer.kind {
                case MLOPS_RECURRENT_GRU_RESET_AFTER:
                    if isRecurrent {
                        // What it gives for the candidate comes first among the gradients, and last in the kernel.
                        piece.at(slot: 1, gate: 0).runGates(2, count)
                        piece.at(slot: 0, gate: 2).runGates(1, count)
                    } else {
                        piece.at(slot: 1, gate: 0).runGates(3, count)
                    }
                case MLOPS_RECURRENT_GRU where isRecurrent:
                    piece.runGates(2, count)
                    // The candidate goes through what the reset gate has left of the state.
                    var candidate = piece.at(slot: 2, gate: 2)
                    candidate.x = Floats(memory.cell.block(1, memory.capacity).start) + first
                    (candidate.xStep, candidate.xRow) = (memory.capacity * memory.cell.row, memory.cell.row)
                    candidate.runGates(1, count)
                default: piece.runGates(layer.gates, count)
                }
                row += pieceRows
            }
            step += stepsAtOnce
        }
    }
}

/// What some steps and rows of a batch add to the gradient of some rows of a kernel.
private struct WeightPiece: GateTile {
    let gradients: mlops_rows
    let gradientStep: Int
    /// The place of the first gate's gradients in a row.
    var slot: Int
    var x: Floats
    var xStep: Int
    var xRow: Int
    let steps: Range<Int>
    let rows: Range<Int>
    /// Where the sums of the first gate lie.
    var target: MutableFloats
    let targetRow: Int

    @inline(__always)
    func at(gate: Int) -> WeightPiece { at(slot: gate, gate: gate) }

    @inline(__always)
    func at(slot offset: Int, gate: Int) -> WeightPiece {
        var piece = self
        piece.slot += offset
        piece.target += gate * 16
        return piece
    }

    @inline(__always)
    func run<let count: Int, let panels: Int>(_: Tile<count, panels>.Type, first row: Int) {
        var sums: Tile<count, panels> = zeros()
        let target = target + row * targetRow
        if steps.lowerBound > 0 || rows.lowerBound > 0 {
            for i in 0..<count {
                for j in 0..<panels { sums[i][j] = vector_load(target + i * targetRow + j * 16) }
            }
        }
        for step in steps {
            accumulate(
                &sums,
                depth: rows.count,
                a: x + step * xStep + rows.lowerBound * xRow + row,
                aRow: 1,
                aStep: xRow,
                b: Floats(gradients.start + step * gradientStep + rows.lowerBound * gradients.row + slot * 16),
                bPanel: 16,
                bStep: gradients.row
            )
        }
        for i in 0..<count {
            for j in 0..<panels { vector_store(target + i * targetRow + j * 16, sums[i][j]) }
        }
    }
}
