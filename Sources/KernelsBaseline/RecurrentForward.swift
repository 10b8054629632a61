package import CKernelPrimitives

/// Computes one step of a recurrent layer for the rows given: state, cell and gates of the step.
///
/// `x` is `[rows][inputs]`, the values of the step. Each sum is the bias plus the terms of the inputs, plus those of the state,
/// in their order; a row has the same bits in any batch.
@inline(never)
package func recurrentForward(
    _ layer: mlops_recurrent,
    _ memory: mlops_recurrent_memory,
    _ step: Int,
    _ rows: Range<Int>,
    _ x: mlops_rows
) {
    let cells = RecurrentStep(layer, memory, step: step, x: x)
    switch layer.kind {
    case MLOPS_RECURRENT_LSTM: cells.run(LSTMCell.self, rows)
    case MLOPS_RECURRENT_GRU_RESET_AFTER: cells.run(GRUCell.self, rows)
    case MLOPS_RECURRENT_GRU:
        // The reset gate of all units comes first, then what it leaves of the state goes through the recurrent kernel.
        cells.run(GRUGates.self, rows)
        cells.run(GRUCandidate.self, rows)
    default: cells.run(SimpleCell.self, rows)
    }
}

/// One step over some rows.
struct RecurrentStep {
    let layer: mlops_recurrent
    /// Whether nothing comes before: the state is zero, and adds nothing.
    let isFirst: Bool
    let gate: StateActivation
    let activation: StateActivation
    let x: mlops_rows
    /// The states before and after the step, and what else it leaves.
    let before: mlops_rows
    let after: mlops_rows
    let cellBefore: mlops_rows
    let cell: mlops_rows
    let gates: mlops_rows

    @inline(__always)
    init(_ layer: mlops_recurrent, _ memory: mlops_recurrent_memory, step: Int, x: mlops_rows) {
        self.layer = layer
        self.x = x
        isFirst = step == 0
        gate = StateActivation(kind: layer.gate_activation, parameter: layer.gate_activation_parameter)
        activation = StateActivation(kind: layer.activation, parameter: layer.activation_parameter)
        before = memory.state.block(step, memory.capacity)
        after = memory.state.block(step + 1, memory.capacity)
        cellBefore = memory.cell.block(step, memory.capacity)
        cell = memory.cell.block(step + 1, memory.capacity)
        gates = memory.gates.block(step, memory.capacity)
    }

    @inline(__always)
    func run<Cell: RecurrentCell>(_: Cell.Type, _ rows: Range<Int>) {
        for panel in 0..<layer.panels {
            var row = rows.lowerBound
            while row < rows.upperBound {
                let left = rows.upperBound - row
                let count = min(left == Cell.rows + 1 && Cell.rows > 2 ? Cell.rows - 1 : Cell.rows, left)
                Cell.run(self, panel, row, count)
                row += count
            }
        }
    }

    /// Sets the sums of some gates for some rows to the bias and the terms of the inputs.
    @inline(__always)
    func setInputs<let count: Int, let gates: Int>(
        _ sums: inout Tile<count, gates>,
        _ panel: Int,
        _ row: Int,
        first: Int = 0
    ) {
        let width = layer.gates * 16
        let biasRows = layer.kind == MLOPS_RECURRENT_GRU_RESET_AFTER ? 2 : 1
        for j in 0..<gates {
            let bias = vector_load(layer.bias + panel * biasRows * width + (first + j) * 16) + vector_splat(0)
            for i in 0..<count { sums[i][j] = bias }
        }
        accumulate(
            &sums,
            depth: layer.inputs,
            a: Floats(x.start + row * x.row),
            aRow: x.row,
            aStep: 1,
            b: Floats(layer.kernel + panel * layer.inputs * width + first * 16),
            bPanel: 16,
            bStep: width
        )
    }

    /// Adds the terms of a state to the sums of some gates.
    @inline(__always)
    func addState<let count: Int, let gates: Int>(
        _ sums: inout Tile<count, gates>,
        _ panel: Int,
        _ row: Int,
        of state: mlops_rows,
        first: Int = 0
    ) {
        if isFirst { return }
        let width = layer.gates * 16
        accumulate(
            &sums,
            depth: layer.units,
            a: Floats(state.start + row * state.row),
            aRow: state.row,
            aStep: 1,
            b: Floats(layer.recurrent + panel * layer.units * width + first * 16),
            bPanel: 16,
            bStep: width
        )
    }

    /// Keeps the sums of some gates where the gates will lie.
    ///
    /// Activations are computed from there, in a loop of their own: in one with the sums they would keep these out of the
    /// registers.
    @inline(__always)
    func keep<let count: Int, let gates: Int>(_ sums: Tile<count, gates>, _ panel: Int, _ row: Int, first: Int = 0) {
        for i in 0..<count {
            let target = self.gates.place(row + i, panel * layer.gates) + first * 16
            for j in 0..<gates { vector_store(target + j * 16, sums[i][j]) }
        }
    }

    /// Sets sums to the second row of the biases of a GRU, which the product with the recurrent kernel begins with.
    @inline(__always)
    func setRecurrentBias<let count: Int, let gates: Int>(_ sums: inout Tile<count, gates>, _ panel: Int) {
        let width = layer.gates * 16
        for j in 0..<gates {
            let bias = vector_load(layer.bias + (panel * 2 + 1) * width + j * 16) + vector_splat(0)
            for i in 0..<count { sums[i][j] = bias }
        }
    }
}

/// What a kind of recurrent layer computes of its sums.
protocol RecurrentCell {
    /// The most rows that are worked on at once: as many as the registers hold the sums of.
    static var rows: Int { get }
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)

    /// Puts the sums of a panel of a row through the activations.
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int)
}

extension RecurrentCell {
    @inline(__always)
    static func run(_ step: RecurrentStep, _ panel: Int, _ row: Int, _ count: Int) {
        switch count {
        case 1: tile(step, panel, row, InlineArray<1, Int8>.self)
        case 2: tile(step, panel, row, InlineArray<2, Int8>.self)
        case 3: tile(step, panel, row, InlineArray<3, Int8>.self)
        #if KERNELS_V4
        case 4: tile(step, panel, row, InlineArray<4, Int8>.self)
        case 5: tile(step, panel, row, InlineArray<5, Int8>.self)
        case 6: tile(step, panel, row, InlineArray<6, Int8>.self)
        case 7: tile(step, panel, row, InlineArray<7, Int8>.self)
        default: tile(step, panel, row, InlineArray<8, Int8>.self)
        #else
        default: tile(step, panel, row, InlineArray<4, Int8>.self)
        #endif
        }
    }
}

enum SimpleCell: RecurrentCell {
    #if KERNELS_V4
    static var rows: Int { 8 }
    #else
    static var rows: Int { 4 }
    #endif

    @inline(__always)
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)
    {
        var sums: Tile<count, 1> = zeros()
        step.setInputs(&sums, panel, row)
        step.addState(&sums, panel, row, of: step.before)
        step.keep(sums, panel, row)
        for i in 0..<count { finish(step, panel, row + i) }
    }

    @inline(__always)
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int) {
        let gates = step.gates.place(row, panel)
        let state = step.activation.value(vector_load(gates))
        vector_store(step.after.place(row, panel), state)
        vector_store(gates, state)
    }
}

/// Gates input, forget, cell, output.
enum LSTMCell: RecurrentCell {
    #if KERNELS_V4
    static var rows: Int { 6 }
    #else
    static var rows: Int { 1 }
    #endif

    @inline(__always)
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)
    {
        var sums: Tile<count, 4> = zeros()
        step.setInputs(&sums, panel, row)
        step.addState(&sums, panel, row, of: step.before)
        step.keep(sums, panel, row)
        for i in 0..<count { finish(step, panel, row + i) }
    }

    @inline(__always)
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int) {
        let gates = step.gates.place(row, panel * 4)
        let input = step.gate.value(vector_load(gates))
        let forget = step.gate.value(vector_load(gates + 16))
        let new = step.activation.value(vector_load(gates + 32))
        let output = step.gate.value(vector_load(gates + 48))
        let cell = vector_fma(forget, vector_load(step.cellBefore.place(row, panel)), input * new)
        vector_store(gates, input)
        vector_store(gates + 16, forget)
        vector_store(gates + 32, new)
        vector_store(gates + 48, output)
        vector_store(step.cell.place(row, panel), cell)
        vector_store(step.after.place(row, panel), output * step.activation.value(cell))
    }
}

/// Gates update, reset, candidate; the reset gate comes after the product with the recurrent kernel.
enum GRUCell: RecurrentCell {
    #if KERNELS_V4
    static var rows: Int { 4 }
    #else
    static var rows: Int { 1 }
    #endif

    @inline(__always)
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)
    {
        var sums: Tile<count, 3> = zeros()
        step.setInputs(&sums, panel, row)
        var inner: Tile<count, 3> = zeros()
        step.setRecurrentBias(&inner, panel)
        step.addState(&inner, panel, row, of: step.before)
        for i in 0..<count {
            vector_store(step.cell.place(row + i, panel), inner[i][2])
            sums[i][0] += inner[i][0]
            sums[i][1] += inner[i][1]
        }
        step.keep(sums, panel, row)
        for i in 0..<count { finish(step, panel, row + i) }
    }

    @inline(__always)
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int) {
        let gates = step.gates.place(row, panel * 3)
        let update = step.gate.value(vector_load(gates))
        let reset = step.gate.value(vector_load(gates + 16))
        let candidate = vector_load(step.cell.place(row, panel))
        let new = step.activation.value(vector_fma(reset, candidate, vector_load(gates + 32)))
        vector_store(gates, update)
        vector_store(gates + 16, reset)
        vector_store(gates + 32, new)
        let before = vector_load(step.before.place(row, panel))
        vector_store(step.after.place(row, panel), vector_fma(update, before - new, new))
    }
}

/// The gates update and reset of a GRU whose reset gate comes first; leaves what it leaves of the state.
enum GRUGates: RecurrentCell {
    static var rows: Int { GRUCell.rows }

    @inline(__always)
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)
    {
        var sums: Tile<count, 2> = zeros()
        step.setInputs(&sums, panel, row)
        step.addState(&sums, panel, row, of: step.before)
        step.keep(sums, panel, row)
        for i in 0..<count { finish(step, panel, row + i) }
    }

    @inline(__always)
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int) {
        let gates = step.gates.place(row, panel * 3)
        let update = step.gate.value(vector_load(gates))
        let reset = step.gate.value(vector_load(gates + 16))
        vector_store(gates, update)
        vector_store(gates + 16, reset)
        vector_store(step.cell.place(row, panel), reset * vector_load(step.before.place(row, panel)))
    }
}

/// The candidate of a GRU, and its new state.
enum GRUCandidate: RecurrentCell {
    static var rows: Int { SimpleCell.rows }

    @inline(__always)
    static func tile<let count: Int>(_ step: RecurrentStep, _ panel: Int, _ row: Int, _: InlineArray<count, Int8>.Type)
    {
        var sums: Tile<count, 1> = zeros()
        step.setInputs(&sums, panel, row, first: 2)
        step.addState(&sums, panel, row, of: step.cell, first: 2)
        step.keep(sums, panel, row, first: 2)
        for i in 0..<count { finish(step, panel, row + i) }
    }

    @inline(__always)
    static func finish(_ step: RecurrentStep, _ panel: Int, _ row: Int) {
        let gates = step.gates.place(row, panel * 3)
        let new = step.activation.value(vector_load(gates + 32))
        vector_store(gates + 32, new)
        let before = vector_load(step.before.place(row, panel))
        vector_store(step.after.place(row, panel), vector_fma(vector_load(gates), before - new, new))
    }
}

extension mlops_rows {
    /// The rows of a step.
    @inline(__always)
    func block(_ step: Int, _ capacity: Int) -> mlops_rows {
        mlops_rows(start: start + step * capacity * row, row: row)
    }

    /// A vector of a row.
    @inline(__always)
    func place(_ number: Int, _ vector: Int) -> MutableFloats { start + number * row + vector * 16 }
}
