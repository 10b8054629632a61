internal import Datasets
package import Evaluation
internal import Inference
internal import ModelPackage
package import ModelStore
internal import NeuralNetwork
internal import ProjectFile
package import Support

/// Trains the project's network: a run, and a version of it if its gates pass.
package struct Train: Sendable {
    /// How a run becomes a version.
    package enum Registering: Sendable { case ifGatesPass, always, never }

    /// Keys of the project file to set for this run, as `training.epochs=20`.
    package var settings: [String] = []
    /// `nil` for as many as the network is worth.
    package var threads: Int?
    package var registering: Registering = .ifGatesPass
    /// Go on with a run that was interrupted; the newest such one if the number is `nil`.
    package var resuming: Resuming?
    /// The version that the new one is to replace.
    package var parent: VersionNumber?
    /// The directory of TensorBoard's event files; that of the run to go on with if `nil`.
    package var tensorBoard: String?

    /// Which run to go on with.
    package enum Resuming: Sendable { case newest, run(Int) }

    package init() {}

    /// What came of it.
    package struct Report: Encodable, Sendable {
        package let run: RunRecord
        /// The metric that the gates and lists look at first.
        package let main: String?
        package let interval: Interval?
        package let passed: Bool
        package let registration: RegistrationReport?
        /// The weights of the network; `nil` for a model of another framework.
        package let parameters: Int?
        package let trainingRows: Int
        /// What each epoch gave, for people, who see it as a curve.
        ///
        /// Machines read it in the run's history.
        package let history: [EpochFigures]

        private enum CodingKeys: String, CodingKey {
            case run, main, interval, passed, registration, parameters, trainingRows
        }
    }

    /// Throws ``ProjectError`` and the failures of the data before anything is trained, ``TrainingError`` when the loss
    /// diverges, ``Cancelled`` after a last checkpoint.
    package func run(in invocation: Invocation) async throws -> Report {
        let joint = JointTraining(invocation.processes)
        // The others cannot tell which run to go on with once this one works on it.
        let settings = try await joint.lead(
            { try settingsInForce(invocation) },
            telling: { FollowedTraining.message($0) }
        )
        if joint.processes == nil, try isExternal(settings, invocation) {
            let (project, settings, directory) = try await readProject(invocation)
            return try await runExternal(project, settings, directory, invocation)
        }
        let (plan, tensorBoard, directory) = try await joint.agree(
            { try await prepare(invocation) },
            on: { try $0.plan.digest() }
        )
        let start = try await joint.lead(
            { try self.start(plan, settings, tensorBoard, directory, invocation) },
            telling: { (start: Start) in start.message }
        )
        var record = start.record
        // No other process works on the run before this one is done with it.
        defer { withExtendedLifetime(start.claim) {} }
        // Killed after the training and before the registration: only that is left to do.
        if record.status == .finished {
            joint.processes?.dissolve()
            return try await register(start.run, record, plan, nil, invocation)
        }
        let session = TrainingSession(plan: plan, run: start.run, threads: threads, invocation: invocation)
        let state = try start.checkpoint.map { try TrainingState(checkpoint: $0, of: plan.network) }
        let outcome = try session.complete(&record, from: state)
        return try await register(start.run, record, plan, outcome, invocation)
    }

    private func isExternal(_ settings: [String], _ invocation: Invocation) throws -> Bool {
        try invocation.readProject(overrides: try settings.map { try Override($0) }).project.trainer != nil
    }

    /// Reads the project and its data, before anything is written.
    private func prepare(
        _ invocation: Invocation
    ) async throws -> (plan: TrainingPlan, tensorBoard: String?, directory: String) {
        let (project, _, directory) = try await readProject(invocation)
        try Train.refuseProcesses(for: project, invocation)
        let tensorBoard = try tensorBoardDirectory(directory, invocation)
        if let tensorBoard, let model = project.model { try TensorBoardLog.prepare(tensorBoard, model: model) }
        let plan = try await TrainingPlan(
            project,
            in: directory,
            transfer: try Transfer.named(by: project, in: invocation),
            memoryLimit: try invocation.featureMemory(),
            processes: invocation.processes?.count
        )
        for remark in plan.remarks { invocation.progress.warn(remark) }
        if project.data?.keepsCopy == true { try plan.keepData(inProject: directory) }
        return (plan, tensorBoard, directory)
    }

    /// Makes the run, or finds the one to go on with.
    private func start(
        _ plan: TrainingPlan,
        _ settings: [String],
        _ tensorBoard: String?,
        _ directory: String,
        _ invocation: Invocation
    ) throws -> Start {
        let (run, record, claim) = try begin(plan, settings, tensorBoard, directory, invocation)
        let goesOn = resuming != nil && record.status != .finished
        return Start(run: run, record: record, claim: claim, checkpoint: goesOn ? try run.readCheckpoint() : nil)
    }

    /// Where a training begins.
    private struct Start {
        let run: RunDirectory
        let record: RunRecord
        let claim: RunClaim
        let checkpoint: [UInt8]?

        /// What processes that follow need to know of it.
        var message: [UInt8] { FollowedTraining.message(isFinished: record.status == .finished, checkpoint) }
    }

    /// Reads the project with the keys that are set, and looks for the store.
    func readProject(
        _ invocation: Invocation
    ) async throws -> (project: Project, settings: [String], directory: String) {
        let settings = try settingsInForce(invocation)
        let (project, directory) = try invocation.readProject(overrides: try settings.map { try Override($0) })
        // Nobody should train for an hour to hear then that there is no store to register in.
        if registering != .never {
            let store = try await invocation.openStoreForWriting()
            if let model = project.model {
                try Names.validate(model, as: "a model")
                try store.refuseTakenName(ofModel: model)
            }
        }
        return (project, settings, directory)
    }

    /// Makes the run a version, if it may be one, and reports.
    private func register(
        _ run: RunDirectory,
        _ record: RunRecord,
        _ plan: TrainingPlan,
        _ outcome: TrainingSession.Outcome?,
        _ invocation: Invocation
    ) async throws -> Report {
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
            interval: main.flatMap { outcome?.evaluation.intervals[$0] },
            passed: passed,
            registration: registration,
            parameters: try Sequential(plan.network, seed: plan.recipe.seed).parameterCount,
            trainingRows: plan.data.training.rows,
            history: try outcome?.history ?? run.readHistory()
        )
    }

    /// Makes a new run, or opens the one to go on with, which must have been begun the same way.
    private func begin(
        _ plan: TrainingPlan,
        _ settings: [String],
        _ tensorBoard: String?,
        _ directory: String,
        _ invocation: Invocation
    ) throws -> (RunDirectory, RunRecord, RunClaim) {
        let (recipe, data) = (try plan.document.recipeDigest(), try plan.document.dataDigest())
        let processes = invocation.processes?.count
        guard let resuming else {
            let run = try RunDirectory.create(in: directory)
            let claim = try run.claim()
            let state = SourceRepository.state(of: directory)
            let record = RunRecord(
                run: run.number,
                model: plan.model,
                status: .running,
                started: invocation.clock.now(),
                seconds: 0,
                recipe: recipe,
                data: data,
                overrides: settings,
                registers: registering != .never,
                processes: processes,
                epochs: 0,
                plannedEpochs: plan.recipe.epochs,
                monitor: plan.recipe.earlyStopping?.monitor,
                tensorboard: tensorBoard,
                commit: state?.commit,
                isDirty: state?.isDirty
            )
            try run.write(record)
            return (run, record, claim)
        }
        let run = try find(resuming, directory)
        // Before anything is read: a process that is just finishing it must not be overwritten.
        let claim = try run.claim()
        try run.removeTemporaries(olderThan: nil)
        var record = try run.record()
        guard record.isUnfinished || record.isResumable else {
            throw StoreError(
                .refused,
                "run \(run.number) is \(record.updates == nil ? "the work of a program" : "an update"): it begins anew",
                hints: [record.updates.map { "mlops update \(record.model)@\($0) --data FILE" } ?? "mlops train"]
            )
        }
        guard record.isUnfinished else {
            throw StoreError(
                .refused,
                "run \(run.number) \(record.status == .diverged ? "has diverged" : "is finished"): there is nothing to go on with",
                hints: ["train a new one: mlops train"]
                    + (record.status == .diverged
                        ? [] : ["or register it as it is: mlops register --run \(run.number)"])
            )
        }
        guard record.processes == processes else {
            let count = record.processes ?? 1
            throw StoreError(
                .refused,
                "run \(run.number) was begun by \(count) process\(count == 1 ? "" : "es"), not by \(processes ?? 1)",
                hints: [
                    "go on as it began: \(count == 1 ? "" : "mpirun -np \(count) ")mlops train --resume-run \(run.number)"
                ]
            )
        }
        guard record.recipe == recipe, record.data == data else {
            throw StoreError(
                .refused,
                "the \(record.recipe == recipe ? "data are" : "project file is") not what run \(run.number) began with",
                hints: [
                    "put it back as it was, with the same --set options: \(record.overrides.joined(separator: " "))",
                    "or train a new run: mlops train",
                ]
            )
        }
        if record.status == .finished { return (run, record, claim) }
        record.status = .running
        record.problem = nil
        record.tensorboard = tensorBoard
        try run.write(record)
        return (run, record, claim)
    }

    /// The keys that are set: those given now, else those that the run to go on with was begun with.
    private func settingsInForce(_ invocation: Invocation) throws -> [String] {
        guard let resuming, settings.isEmpty else { return settings }
        let (_, directory) = try invocation.readProject()
        return try find(resuming, directory).record().overrides
    }

    /// Where event files go: the directory given now, else that of the run to go on with.
    private func tensorBoardDirectory(_ directory: String, _ invocation: Invocation) throws -> String? {
        if let tensorBoard { return invocation.resolve(tensorBoard) }
        return try resuming.flatMap { try find($0, directory).record().tensorboard }
    }

    private func find(_ resuming: Resuming, _ directory: String) throws -> RunDirectory {
        if case .run(let number) = resuming { return try RunDirectory.open(number, in: directory) }
        for number in RunDirectory.numbers(in: directory).reversed() {
            guard let run = try? RunDirectory.open(number, in: directory), let record = try? run.record() else {
                continue
            }
            if record.isUnfinished && !run.isBusy() { return run }
        }
        throw StoreError(.notFound, "there is no interrupted run to resume", hints: ["train a new one: mlops train"])
    }
}

/// A figure with four decimals, for a line that changes all the time.
func shortened(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let scaled = (value * 10_000).rounded() / 10_000
    return scaled == 0 && value != 0 ? "\(Float(value))" : "\(scaled)"
}

/// A training that was stopped on purpose, and can go on.
package struct Interrupted: Failure {
    package let run: Int
    package let signal: Int32

    package var description: String { "\(Cancelled(signal: signal)) after a checkpoint of run \(run)" }
    package var kind: FailureKind { Cancelled(signal: signal).kind }
    package var hints: [String] { ["go on with it: mlops train --resume"] }
}

extension RunDirectory {
    /// Writes the members of the package that the run may become.
    func write(_ members: [MemberSource]) throws {
        for member in members {
            guard case .bytes(let bytes) = member.content else { continue }
            let file = "\(path)/package/\(member.path)"
            try FileSystem.createDirectory(Path.parent(file))
            try AtomicFile.write(bytes, to: file)
        }
    }
}
