package import CKernelPrimitives

/// Computes all steps of a recurrent layer for one row of a batch, to the bits of
/// ``recurrentForward(_:_:_:_:_:)``.
///
/// One row has nothing to share a kernel's fetch with but its other steps: the product of the inputs, which waits for no step
/// before, comes first for some steps at once. That of the state is formed for some panels at once, so that enough sums are on
/// their way. The values of step `t` are `x[t * xStep]` and following.
@inline(never)
package func recurrentRow(
    _ layer: mlops_recurrent,
    _ memory: mlops_recurrent_memory,
    _ steps: Int,
    _ row: Int,
    _ x: UnsafePointer<Float>,
    _ xStep: Int
) {
    let width = layer.gates * 16
    let biasRows = layer.kind == MLOPS_RECURRENT_GRU_RESET_AFTER ? 2 : 1
    for panel in 0..<layer.panels {
        InputTile(
            depth: layer.inputs,
            x: x,
            xStep: xStep,
            kernel: Floats(layer.kernel + panel * layer.inputs * width),
            width: width,
            bias: Floats(layer.bias + panel * biasRows * width),
            target: memory.gates.place(row, panel * layer.gates),
            targetStep: memory.capacity * memory.gates.row
        ).runGates(layer.gates, steps)
    }
    for step in 0..<steps {
        let cells = RecurrentStep(layer, memory, step: step, x: mlops_rows(start: memory.state.start, row: 0))
        switch layer.kind {
        case MLOPS_RECURRENT_LSTM: cells.runRow(LSTMCell.self, of: cells.before, row)
        case MLOPS_RECURRENT_GRU_RESET_AFTER: cells.runRow(GRUCell.self, of: cells.before, row)
        case MLOPS_RECURRENT_GRU:
            cells.runRow(GRUGates.self, of: cells.before, row)
            cells.runRow(GRUCandidate.self, of: cells.cell, row)
        default: cells.runRow(SimpleCell.self, of: cells.before, row)
        }
    }
}

/// The bias and the terms of the inputs of one panel, for some steps of a row.
private struct InputTile: GateTile {
    let depth: Int
    let x: Floats
    let xStep: Int
    var kernel: Floats
    let width: Int
    var bias: Floats
    var target: MutableFloats
    let targetStep: Int

    @inline(__always)
    func at(gate: Int) -> InputTile {
        var tile = self
        tile.kernel += gate * 16
        tile.bias += gate * 16
        tile.target += gate * 16
        return tile
    }

    @inline(__always)
    func run<let count: Int, let gates: Int>(_: Tile<count, gates>.Type, first: Int) {
        var sums: Tile<count, gates> = zeros()
        for j in 0..<gates {
            // A zero that is negative becomes a plain one.
            let bias = vector_load(bias + j * 16) + vector_splat(0)
            for i in 0..<count { sums[i][j] = bias }
        }
        accumulate(
            &sums,
            depth: depth,
            a: x + first * xStep,
            aRow: xStep,
            aStep: 1,
            b: kernel,
            bPanel: 16,
            bStep: width
        )
        for i in 0..<count {
            for j in 0..<gates { vector_store(target + (first + i) * targetStep + j * 16, sums[i][j]) }
        }
    }
}

/// A cell whose sums are formed for some panels of one row at once.
protocol RowCell: RecurrentCell {
    /// The first gate, and how many, that the state has terms for.
    static var first: Int { get }
    static var gates: Int { get }

    /// Adds the terms of the state for the panels of the row from one on, and returns how many it took.
    static func addState(_ row: StateRow, left: Int) -> Int
}

extension RowCell {
    static var first: Int { 0 }
}

extension SimpleCell: RowCell {
    static var gates: Int { 1 }

    @inline(__always)
    static func addState(_ row: StateRow, left: Int) -> Int {
        left >= 4 ? row.add(Tile<4, 1>.self) : row.add(Tile<1, 1>.self)
    }
}

extension LSTMCell: RowCell {
    static var gates: Int { 4 }

    @inline(__always)
    static func addState(_ row: StateRow, left: Int) -> Int {
        #if KERNELS_V4
        if left >= 2 { return row.add(Tile<2, 4>.self) }
        #endif
        return row.add(Tile<1, 4>.self)
    }
}

extension GRUCell: RowCell {
    static var gates: Int { 3 }

    @inline(__always)
    static func addState(_ row: StateRow, left: Int) -> Int {
        #if KERNELS_V4
        if left >= 4 { return row.addInner(Tile<4, 3>.self) }
        #endif
        return row.addInner(Tile<1, 3>.self)
    }
}

extension GRUGates: RowCell {
    static var gates: Int { 2 }

    @inline(__always)
    static func addState(_ row: StateRow, left: Int) -> Int {
        left >= 2 ? row.add(Tile<2, 2>.self) : row.add(Tile<1, 2>.self)
    }
}

extension GRUCandidate: RowCell {
    static var first: Int { 2 }
    static var gates: Int { 1 }

    @inline(__always)
    static func addState(_ row: StateRow, left: Int) -> Int {
        left >= 4 ? row.add(Tile<4, 1>.self) : row.add(Tile<1, 1>.self)
    }
}

extension RecurrentStep {
    /// Adds the terms of a state to the sums of a row, and puts them through the activations.
    @inline(__always)
    fileprivate func runRow<Cell: RowCell>(_: Cell.Type, of state: mlops_rows, _ row: Int) {
        let width = layer.gates * 16
        var panel = 0
        while panel < layer.panels {
            let terms = StateRow(
                depth: isFirst ? 0 : layer.units,
                state: Floats(state.start + row * state.row),
                recurrent: Floats(layer.recurrent + panel * layer.units * width + Cell.first * 16),
                recurrentPanel: layer.units * width,
                width: width,
                innerBias: Floats(layer.bias + (panel * 2 + 1) * width),
                sums: gates.place(row, panel * layer.gates) + Cell.first * 16,
                inner: cell.place(row, panel)
            )
            let count = Cell.addState(terms, left: layer.panels - panel)
            for finished in panel..<panel + count { Cell.finish(self, finished, row) }
            panel += count
        }
    }
}

/// The terms of the state for the gates of some panels of one row.
struct StateRow {
    let depth: Int
    let state: Floats
    let recurrent: Floats
    /// Floats from one panel of the recurrent kernel to the next.
    let recurrentPanel: Int
    let width: Int
    /// The bias of the product itself, of a GRU whose reset gate comes last.
    let innerBias: Floats
    let sums: MutableFloats
    let inner: MutableFloats

    @inline(__always)
    private func product<let panels: Int, let gates: Int>(_ sums: inout Tile<panels, gates>) {
        var weights = recurrent
        for k in 0..<depth {
            let factor = vector_splat(state[k])
            for i in 0..<panels {
                for j in 0..<gates {
                    sums[i][j] = vector_fma(vector_load(weights + i * recurrentPanel + j * 16), factor, sums[i][j])
                }
            }
            weights += width
        }
    }

    /// Adds them to the sums, and returns the panels.
    @inline(__always)
    func add<let panels: Int, let gates: Int>(_: Tile<panels, gates>.Type) -> Int {
        var tile: Tile<panels, gates> = zeros()
        for i in 0..<panels {
            for j in 0..<gates { tile[i][j] = vector_load(sums + i * width + j * 16) }
        }
        product(&tile)
        for i in 0..<panels {
            for j in 0..<gates { vector_store(sums + i * width + j * 16, tile[i][j]) }
        }
        return panels
    }

    /// Adds those of a GRU whose reset gate comes last, where the sum for the candidate stands by itself.
    @inline(__always)
    func addInner<let panels: Int>(_: Tile<panels, 3>.Type) -> Int {
        var tile: Tile<panels, 3> = zeros()
        for i in 0..<panels {
            for j in 0..<3 { tile[i][j] = vector_load(innerBias + i * 2 * width + j * 16) + vector_splat(0) }
        }
        product(&tile)
        for i in 0..<panels {
            for j in 0..<2 {
                let target = sums + i * width + j * 16
                vector_store(target, vector_load(target) + tile[i][j])
            }
            vector_store(inner + i * 16, tile[i][2])
        }
        return panels
    }
}
