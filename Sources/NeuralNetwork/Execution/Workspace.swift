internal import Kernels

/// The memory in which a program runs over batches of up to `capacity` rows.
///
/// Threads write disjoint parts of it and meet at barriers; one pass at a time uses it.
final class Workspace {
    /// One block's memory.
    ///
    /// `outputs[0]` is what the head gives, `outputs[i]` what stage `i - 1` gives.
    final class BlockMemory {
        let block: Program.Block
        let dense: DenseKernel?
        /// Number of 16-wide columns.
        let columns: Int
        let outputs: [MatrixRows]
        /// The gradient of the last output, and in the end of the head's.
        let gradient: MatrixRows
        /// The same transposed, `[width padded][capacity padded]`.
        let gradientColumns: MatrixRows
        /// Whether threads share the block out by columns, or by rows.
        let splitsColumns: Bool

        init(
            block: Program.Block,
            dense: DenseKernel?,
            outputs: [MatrixRows],
            gradient: MatrixRows,
            gradientColumns: MatrixRows,
            splitsColumns: Bool
        ) {
            self.block = block
            self.dense = dense
            self.outputs = outputs
            self.gradient = gradient
            self.gradientColumns = gradientColumns
            self.splitsColumns = splitsColumns
            columns = (block.width + 15) / 16
        }

        var output: MatrixRows { outputs[outputs.count - 1] }
    }

    let kernels: KernelSet
    let capacity: Int
    let blocks: [BlockMemory]
    private var memory: [AlignedBuffer] = []
    private let scratchMemory: AlignedBuffer

    /// Memory for `capacity` rows; without gradients it serves the forward pass only.
    init(
        _ program: Program,
        kernels: KernelSet,
        parameters: AlignedBuffer,
        capacity: Int,
        threads: Int,
        withGradients: Bool
    ) {
        self.kernels = kernels
        self.capacity = capacity
        scratchMemory = AlignedBuffer(count: kernels.scratchFloats * threads)
        var memory: [AlignedBuffer] = []
        let padded = (capacity + 15) / 16 * 16
        func matrix(_ width: Int) -> MatrixRows {
            // An odd number of cache lines per row: rows at a power of two would fall on the same lines of the cache.
            let row = ((width + 15) / 16 | 1) * 16
            let buffer = AlignedBuffer(count: padded * row)
            memory.append(buffer)
            return buffer.rows(row: row)
        }
        blocks = program.blocks.map { block in
            let dense = block.head.map { head -> DenseKernel in
                // A layer without bias adds zeros that nobody changes.
                let zeros = head.biasOffset == nil ? AlignedBuffer(count: (head.units + 15) / 16 * 16) : nil
                if let zeros { memory.append(zeros) }
                return DenseKernel(
                    inputs: head.inputs,
                    units: head.units,
                    kernel: parameters.start + head.kernelOffset,
                    bias: zeros?.start ?? parameters.start + (head.biasOffset ?? 0)
                )
            }
            var outputs = [matrix(block.width)]
            for (index, stage) in block.stages.enumerated() {
                // Dropout may work in place unless the stage before it looks at its own output again.
                if case .dropout = stage, index == 0 {
                    outputs.append(outputs[0])
                } else {
                    outputs.append(matrix(block.width))
                }
            }
            let gradient = withGradients ? matrix(block.width) : outputs[0]
            var transposed = outputs[0]
            if withGradients {
                let buffer = AlignedBuffer(count: (block.width + 15) / 16 * 16 * padded)
                memory.append(buffer)
                transposed = buffer.rows(row: padded)
            }
            return BlockMemory(
                block: block,
                dense: dense,
                outputs: outputs,
                gradient: gradient,
                gradientColumns: transposed,
                splitsColumns: threads > 1 && (block.width + 15) / 16 >= 2 * threads && !block.needsWholeRows
            )
        }
        self.memory = memory
    }

    /// A thread's own scratch memory.
    func scratch(_ thread: Int) -> UnsafeMutablePointer<Float> {
        scratchMemory.start + thread * kernels.scratchFloats
    }

    /// Where the rows go in.
    var input: MatrixRows { blocks[0].outputs[0] }

    /// Where the results come out.
    var output: MatrixRows { blocks[blocks.count - 1].output }

    /// Whether the threads compute the results by columns, so that they must meet before they look at rows.
    var endsInColumns: Bool { blocks[blocks.count - 1].splitsColumns }

    /// Numbers per row of the results.
    var outputWidth: Int { blocks[blocks.count - 1].block.width }
}
