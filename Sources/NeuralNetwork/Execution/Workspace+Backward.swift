internal import Kernels

extension Workspace {
    /// Carries the gradient of the output back through the network; every thread of the team calls it.
    ///
    /// It finds the gradient of the last block's output in its `gradient`, where each thread has written the rows that
    /// are its share, and leaves in each block with a Dense layer the gradient of that layer's outputs. All threads
    /// are done with all of it on return.
    func backward(rows: Int, thread: Int, team: ThreadTeam, dropout: DropoutKeys?) {
        let last = blocks.count - 1
        let shareOfRows = team.share(of: rows, thread: thread)
        if last == 0 { return }
        runBack(blocks[last], rows: shareOfRows, columns: 0..<blocks[last].columns, dropout)
        team.barrier()
        if last > 1 {
            let columns = team.share(of: blocks[last].columns, thread: thread)
            kernels.transposeBlocks(blocks[last].gradient, rows, columns, blocks[last].gradientColumns)
            team.barrier()
        }
        for index in stride(from: last, to: 1, by: -1) {
            guard let dense = blocks[index].dense else { continue }
            let below = blocks[index - 1]
            let columns = team.share(of: below.columns, thread: thread)
            kernels.denseInputGradient(
                dense,
                rows,
                columns,
                blocks[index].gradientColumns,
                below.gradient,
                scratch(thread)
            )
            if below.block.needsWholeRows {
                team.barrier()
                runBack(below, rows: shareOfRows, columns: 0..<below.columns, dropout)
                team.barrier()
            } else {
                runBack(below, rows: 0..<rows, columns: columns, dropout)
            }
            if index > 2 { kernels.transposeBlocks(below.gradient, rows, columns, below.gradientColumns) }
            team.barrier()
        }
    }

    /// Carries a block's gradient back through its stages, in place, for the part given.
    private func runBack(_ block: BlockMemory, rows: Range<Int>, columns: Range<Int>, _ dropout: DropoutKeys?) {
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let floats = (columns.lowerBound * 16)..<(columns.upperBound * 16)
        let gradient = block.gradient
        for index in block.block.stages.indices.reversed() {
            let (x, y) = (block.outputs[index], block.outputs[index + 1])
            switch block.block.stages[index] {
            case .activation(let code, let parameter):
                kernels.activateBackward(code.value, parameter, rows, floats, x, y, gradient)
            case .softmax:
                kernels.softmaxBackward(block.block.width, rows, y, gradient)
            case .dropout(let layer, let rate):
                guard let dropout else { continue }
                let mask = DropoutMask(rate: rate)
                kernels.dropout(
                    block.block.width,
                    rows,
                    floats,
                    gradient,
                    dropout.key(layer: layer),
                    mask.threshold,
                    mask.scale
                )
            }
        }
        if block.block.head?.fusesRelu == true {
            // After dropout in place the output is zero or scaled: its sign still says what relu let through.
            kernels.activateBackward(
                ActivationCode.relu.value,
                0,
                rows,
                floats,
                block.outputs[0],
                block.outputs[0],
                gradient
            )
        }
    }

    /// Computes the gradients of all parameters and gives them to the update; every thread of the team calls it.
    ///
    /// All threads must be done with ``backward(rows:thread:team:dropout:)``.
    func updateParameters(rows: Int, thread: Int, team: ThreadTeam, update: ParameterUpdate) {
        for index in stride(from: blocks.count - 1, to: 0, by: -1) {
            let block = blocks[index]
            guard let dense = block.dense else { continue }
            let units = team.share(of: kernels.denseWeightUnits(dense), thread: thread)
            kernels.denseWeightGradient(
                dense,
                rows,
                units,
                blocks[index - 1].output,
                block.gradient,
                update,
                scratch(thread)
            )
            if block.block.head?.biasOffset != nil {
                let columns = team.share(of: block.columns, thread: thread)
                kernels.denseBiasGradient(dense, rows, columns, block.gradient, update, scratch(thread))
            }
        }
    }
}
