internal import Kernels

/// The memory in which a network runs over batches of up to `capacity` rows, and the operators that work in it.
///
/// Threads write disjoint parts of it and meet at barriers; one pass at a time uses it.
final class Workspace {
    let kernels: KernelSet
    let capacity: Int
    /// Where the rows go in.
    let inputTensor: BatchTensor
    /// Where the results come out.
    let outputTensor: BatchTensor
    private let schedule: Schedule
    private let memory: [AlignedBuffer]
    private let scratch: AlignedBuffer
    private let scratchFloats: Int

    /// Memory for `capacity` rows; without gradients it serves the forward pass only.
    init(
        _ plan: ExecutionPlan,
        kernels: KernelSet,
        parameters: AlignedBuffer,
        capacity: Int,
        threads: Int,
        withGradients: Bool
    ) {
        let builder = WorkspaceBuilder(
            kernels: kernels,
            layout: plan.layout,
            parameters: parameters,
            capacity: capacity,
            threads: threads,
            withGradients: withGradients
        )
        inputTensor = builder.tensor(plan.description.inputShape, after: nil)
        outputTensor = plan.build(builder, from: inputTensor)
        schedule = Schedule(builder.operators, from: inputTensor, to: outputTensor)
        memory = builder.memory
        // A line of the cache between the memory of two threads.
        scratchFloats = (builder.scratchFloats + 15) / 16 * 16 + 16
        scratch = AlignedBuffer(count: scratchFloats * threads)
        self.kernels = kernels
        self.capacity = capacity
    }

    var input: MatrixRows { inputTensor.values }
    var output: MatrixRows { outputTensor.values }
    /// Where the loss leaves the gradient of the results.
    var outputGradient: MatrixRows { outputTensor.gradient }
    /// Numbers per row of the results.
    var outputWidth: Int { outputTensor.width }

    /// One thread's view of a pass over the rows that lie in ``input``.
    func pass(rows: Int, thread: Int, team: ThreadTeam, dropout: DropoutKeys? = nil, mode: Pass.Mode) -> Pass {
        Pass(
            rows: rows,
            thread: thread,
            team: team,
            kernels: kernels,
            scratch: scratch.start + thread * scratchFloats,
            dropout: dropout,
            mode: mode
        )
    }

    /// Runs the rows that lie in ``input``, where each thread has written its share of rows, through the network.
    ///
    /// Every thread of the team calls it. On return a thread may read the rows of the output that are its share.
    func forward(_ pass: Pass) {
        for step in schedule.forward {
            if step.meetsBefore { pass.team.barrier() }
            step.operation.forward(pass, step.share)
        }
        if schedule.endsInColumns { pass.team.barrier() }
    }

    /// Carries the gradient of the output, where each thread has written the rows that are its share, back through the
    /// network; every thread of the team calls it, and all are done with all of it on return.
    func backward(_ pass: Pass) {
        for step in schedule.backward {
            if step.meetsBefore { pass.team.barrier() }
            step.operation.backward(pass, step.share)
        }
        pass.team.barrier()
    }

    /// Computes the gradients of all parameters and gives them to the update; every thread of the team calls it after
    /// ``backward(_:)``.
    func updateParameters(_ pass: Pass, _ update: ParameterUpdate) {
        for step in schedule.backward { step.operation.update(pass, update) }
    }
}
