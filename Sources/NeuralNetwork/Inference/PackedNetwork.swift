package import Datasets
package import Kernels
internal import Support
internal import Synchronization

/// A network that answers: immutable weights, packed once, that any number of threads may use at once.
///
/// A row gets the same bits alone, in any batch, at any place in it and with any number of threads.
package final class PackedNetwork: Sendable {
    /// Numbers per row of the inputs.
    package let inputWidth: Int
    /// Numbers per row of the outputs.
    package let outputWidth: Int

    private let plan: ExecutionPlan
    private let kernels: KernelSet
    private let parameters: AlignedBuffer
    /// Rows that are worked on at once.
    private let capacity: Int
    private let idle: Mutex<Idle>
    private let threads: Int

    /// What nobody is using at the moment.
    private struct Idle: Sendable {
        var runs: [Run] = []
        /// Single rows need little memory, and get it apart.
        var rows: [Run] = []
        var team: ThreadTeam?
    }

    /// The memory of one call.
    ///
    /// One call at a time has it, which makes it safe to hand from thread to thread.
    private final class Run: @unchecked Sendable {
        let workspace: Workspace
        let alone = ThreadTeam(count: 1)
        init(_ workspace: Workspace) { self.workspace = workspace }
    }

    /// Packs a network's parameters.
    ///
    /// With several threads, one call at a time uses them all; others run beside it alone.
    package init(_ model: Sequential, threads: Int = 1, instructionSet: InstructionSet = .best) throws {
        let model = try model.foldedForAnswers()
        kernels = KernelSet.of(instructionSet)
        plan = try ExecutionPlan(model.description, panelsPerBand: kernels.panelsPerBand)
        parameters = AlignedBuffer(count: plan.layout.count)
        plan.layout.pack(model.parameters, into: parameters)
        inputWidth = model.description.inputShape.reduce(1, *)
        outputWidth = try model.description.outputShape().reduce(1, *)
        self.threads = threads
        capacity = plan.rowsPerThread * threads
        idle = Mutex(Idle(team: threads > 1 ? ThreadTeam(count: threads) : nil))
    }

    /// The outputs for every row of inputs, [rows][outputWidth]; the inputs must have `inputWidth` columns.
    package func predict(_ inputs: Matrix) throws -> Matrix {
        guard inputs.columns == inputWidth else {
            throw TrainingError.unfit(expected: "rows of \(inputWidth) numbers", received: "\(inputs.columns)")
        }
        var outputs = Matrix(rows: inputs.rows, columns: outputWidth)
        inputs.values.withUnsafeBufferPointer { source in
            outputs.values.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                run(from, to, rows: inputs.rows)
            }
        }
        return outputs
    }

    /// The outputs for every row of features, wherever they lie.
    package func predict(_ inputs: FeatureRows) throws -> Matrix {
        var values: [Float] = []
        values.reserveCapacity(inputs.count * outputWidth)
        try inputs.forEachBlock { values += try predict($0).values }
        return Matrix(rows: inputs.count, columns: outputWidth, values: values)
    }

    /// The outputs for one row; the quickest way for a service.
    package func predict(row inputs: [Float]) throws -> [Float] {
        try predict(Matrix(rows: 1, columns: inputs.count, values: inputs)).values
    }

    private func run(_ inputs: UnsafePointer<Float>, _ outputs: UnsafeMutablePointer<Float>, rows: Int) {
        let size = min(rows, capacity)
        // A single row is worth waking others up only when they have a good deal to do.
        let wantsTeam = plan.threads(rows: size, factor: rows == 1 ? 1 : 4, available: threads) > 1
        let (found, team) = idle.withLock { idle -> (Run?, ThreadTeam?) in
            let run = rows == 1 ? idle.rows.popLast() : idle.runs.popLast()
            guard wantsTeam else { return (run, nil) }
            defer { idle.team = nil }
            return (run, idle.team)
        }
        let run = found ?? makeRun(capacity: rows == 1 ? 1 : capacity)
        let workers = team ?? run.alone
        workers.keepingCallerApart {
            for first in stride(from: 0, to: rows, by: capacity) {
                let count = min(capacity, rows - first)
                runBatch(
                    run.workspace,
                    inputs + first * inputWidth,
                    outputs + first * outputWidth,
                    rows: count,
                    workers
                )
            }
        }
        idle.withLock { idle in
            if rows == 1 { idle.rows.append(run) } else { idle.runs.append(run) }
            if let team { idle.team = team }
        }
    }

    private func makeRun(capacity: Int) -> Run {
        Run(
            Workspace(
                plan,
                kernels: kernels,
                parameters: parameters,
                capacity: capacity,
                threads: threads,
                withGradients: false
            )
        )
    }

    private func runBatch(
        _ workspace: Workspace,
        _ inputs: UnsafePointer<Float>,
        _ outputs: UnsafeMutablePointer<Float>,
        rows: Int,
        _ team: ThreadTeam
    ) {
        team.run { thread in
            for row in team.share(of: rows, thread: thread) {
                workspace.input.pointer(row: row).update(from: inputs + row * inputWidth, count: inputWidth)
            }
            team.barrier()
            workspace.forward(workspace.pass(rows: rows, thread: thread, team: team, mode: .inference))
        }
        for row in 0..<rows {
            (outputs + row * outputWidth).update(from: workspace.output.pointer(row: row), count: outputWidth)
        }
    }
}
