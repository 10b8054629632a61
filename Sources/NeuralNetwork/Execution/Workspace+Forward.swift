internal import Kernels
internal import Support

/// The random numbers of dropout in one step.
struct DropoutKeys {
    /// A sequence per layer, with a number per step.
    let random: CounterRandom
    let step: Int

    /// The key of a layer's mask.
    func key(layer: Int) -> UInt64 { random.substream(UInt64(layer)).bits(at: UInt64(step)) }
}

extension Workspace {
    /// Runs the rows that lie in `input` through the network; every thread of the team calls it.
    ///
    /// On return a thread may read the output of the rows (or columns) that it has computed itself; before it reads
    /// others, a barrier is needed. Without `dropout` the dropout layers do nothing.
    func forward(rows: Int, thread: Int, team: ThreadTeam, dropout: DropoutKeys?) {
        var previous: BlockMemory?
        for block in blocks {
            if let previous, block.splitsColumns || previous.splitsColumns { team.barrier() }
            let part = Part(of: block, rows: rows, thread: thread, team: team)
            if let dense = block.dense, let previous, !part.isEmpty {
                kernels.denseForward(
                    dense,
                    part.rows,
                    part.columns,
                    previous.output,
                    block.outputs[0],
                    block.block.head?.fusesRelu ?? false,
                    scratch(thread)
                )
            }
            for (index, stage) in block.block.stages.enumerated() where !part.isEmpty {
                run(stage, of: block, from: block.outputs[index], to: block.outputs[index + 1], part, dropout)
            }
            previous = block
        }
    }

    private func run(
        _ stage: Program.Stage,
        of block: BlockMemory,
        from x: MatrixRows,
        to y: MatrixRows,
        _ part: Part,
        _ dropout: DropoutKeys?
    ) {
        switch stage {
        case .activation(let code, let parameter):
            kernels.activate(code.value, parameter, part.rows, part.floats, x, y)
        case .softmax:
            kernels.softmax(block.block.width, part.rows, x, y)
        case .dropout(let layer, let rate):
            if !x.isSame(as: y) {
                kernels.activate(ActivationCode.linear.value, 0, part.rows, part.floats, x, y)
            }
            guard let dropout else { return }
            let mask = DropoutMask(rate: rate)
            kernels.dropout(
                block.block.width,
                part.rows,
                part.floats,
                y,
                dropout.key(layer: layer),
                mask.threshold,
                mask.scale
            )
        }
    }

    /// The part of a block's output that one thread computes.
    struct Part {
        let rows: Range<Int>
        /// In columns of 16.
        let columns: Range<Int>

        init(of block: BlockMemory, rows: Int, thread: Int, team: ThreadTeam) {
            if block.splitsColumns {
                self.rows = 0..<rows
                columns = team.share(of: block.columns, thread: thread)
            } else {
                self.rows = team.share(of: rows, thread: thread)
                columns = 0..<block.columns
            }
        }

        var isEmpty: Bool { rows.isEmpty || columns.isEmpty }
        var floats: Range<Int> { (columns.lowerBound * 16)..<(columns.upperBound * 16) }
    }
}

/// What the dropout kernel needs to know of a rate.
struct DropoutMask {
    /// A place is kept when its 32 random bits are at least this.
    let threshold: UInt32
    let scale: Float

    init(rate: Float) {
        threshold = UInt32(min(Double(rate) * 0x1p32, 0xFFFF_FFFF))
        scale = 1 / (1 - rate)
    }
}
