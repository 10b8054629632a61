internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelStore
internal import ProjectFile
internal import Support

/// Training a model of another framework.
extension Train {
    /// Runs the programs of the project, and registers what they made if its gates pass.
    func runExternal(
        _ project: Project,
        _ settings: [String],
        _ directory: String,
        _ invocation: Invocation
    ) async throws -> Report {
        if let resuming {
            let name = if case .run(let number) = resuming { "run \(number)" } else { "a run" }
            throw StoreError(
                .refused,
                "\(name) of the program of `trainer` cannot be gone on with: only it knows how far it came",
                hints: ["train a new one: mlops train"]
            )
        }
        guard tensorBoard == nil else {
            throw StoreError(
                .usage,
                "--tensorboard is for networks: only the program of `trainer` knows its epochs",
                hints: ["let the program write event files itself, and leave --tensorboard out"]
            )
        }
        let plan = try ExternalPlan(project, in: directory)
        let run = try RunDirectory.create(in: directory)
        let claim = try run.claim()
        defer { withExtendedLifetime(claim) {} }
        let state = SourceRepository.state(of: directory)
        var record = RunRecord(
            run: run.number,
            model: plan.model,
            status: .running,
            started: invocation.clock.now(),
            seconds: 0,
            recipe: try plan.document.recipeDigest(),
            data: try plan.document.dataDigest(),
            overrides: settings,
            registers: registering != .never,
            trainer: plan.trainer.line,
            epochs: 0,
            commit: state?.commit,
            isDirty: state?.isDirty
        )
        try run.write(record)
        let evaluation: Evaluation
        do {
            evaluation = try await ExternalTraining(plan: plan, run: run, invocation: invocation).train(&record)
        } catch {
            record.status = error is Cancelled ? .interrupted : .failed
            record.problem = (error as? any Failure)?.description
            try run.write(record)
            throw error
        }
        record.status = .finished
        try run.write(record)
        let passed = record.passesGates
        let registration = try await RegisterRun.register(
            run,
            plan.model,
            parent: parent,
            registering,
            passed: passed,
            in: invocation
        )
        let main = record.mainMetric
        return Report(
            run: try run.record(),
            main: main,
            interval: main.flatMap { evaluation.intervals[$0] },
            passed: passed,
            registration: registration,
            parameters: nil,
            trainingRows: try plan.dataset.rows(of: .training, fields: plan.fields, classes: plan.classes)?.rows.count
                ?? 0,
            history: []
        )
    }

    /// Checks an external project as for a training, and trains nothing.
    func planExternal(_ project: Project, _ directory: String) throws -> Plan {
        let plan = try ExternalPlan(project, in: directory)
        let count = { try plan.dataset.rows(of: $0, fields: plan.fields, classes: plan.classes)?.rows.count ?? 0 }
        return Plan(
            model: plan.model,
            task: plan.dataset.task.rawValue,
            trainingRows: try count(.training),
            validationRows: try count(.validation),
            testRows: try count(.test),
            folds: nil,
            classes: plan.classes?.names,
            trainer: plan.trainer.line,
            network: nil,
            gates: plan.gates.count,
            dryRun: true,
            changed: false
        )
    }
}
