internal import Datasets
package import Evaluation
internal import Inference
package import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// Lets a network go on learning from new rows, and keeps the result only if it has not become worse.
package struct Update: Sendable {
    package var reference: ModelReference
    /// Files of new rows, of the kind that the model was trained on, and of those that it has learned from since.
    package var data: [String]
    /// The epochs to train; those of the recipe if `nil`.
    package var epochs: Int?
    /// Whether the rows of the model's own training are left out.
    package var onlyNew = false
    package var threads: Int?
    package var registering: Train.Registering = .ifGatesPass
    /// The directory of TensorBoard's event files; `nil` for none.
    package var tensorBoard: String?

    package init(reference: ModelReference, data: [String]) {
        self.reference = reference
        self.data = data
    }

    /// What came of it.
    package struct Report: Encodable, Sendable {
        package let run: RunRecord
        package let parent: VersionNumber
        package let newRows: Int
        package let oldRows: Int
        /// Parent and update on rows that the parent was never trained on, and on new rows that neither was.
        package let onOldRows: [Comparison]
        package let onNewRows: [Comparison]
        /// Whether the gates are met, and the model is not surely worse on the old rows.
        package let passed: Bool
        package let registration: RegistrationReport?
    }

    /// What would be done.
    package struct Plan: Encodable, Sendable {
        package let model: String
        package let parent: VersionNumber
        package let newRows: Int
        package let oldRows: Int
        package let epochs: Int
        package let dryRun: Bool
        package let changed: Bool
    }

    /// Reads and checks everything, and trains nothing.
    package func plan(in invocation: Invocation) async throws -> Plan {
        let store = try await invocation.openStore()
        let plan = try UpdatePlan(self, await invocation.package(reference, in: store), store, invocation)
        return Plan(
            model: plan.parent.model,
            parent: plan.parent.version,
            newRows: plan.newTrainingRows,
            oldRows: plan.oldTrainingRows,
            epochs: plan.training.recipe.epochs,
            dryRun: true,
            changed: false
        )
    }

    /// Trains on, compares, and registers.
    ///
    /// Throws ``StoreError`` for a model that cannot be updated (15), and what a training throws.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStoreForWriting()
        let parent = try await invocation.package(reference, in: store)
        let tensorBoard = tensorBoard.map { invocation.resolve($0) }
        if let tensorBoard { try TensorBoardLog.prepare(tensorBoard, model: parent.model) }
        let plan = try UpdatePlan(self, parent, store, invocation)
        let (project, directory) = try invocation.readProject()
        if project.data?.keepsCopy == true {
            try plan.training.keepData(inProject: directory)
            for file in data {
                let source = try plan.training.dataset.train.replacing(path: invocation.resolve(file))
                try KeptData(inProject: directory).keep(source, digest: source.digest())
            }
        }
        let run = try RunDirectory.create(in: directory)
        let claim = try run.claim()
        defer { withExtendedLifetime(claim) {} }
        var record = try beginning(plan, run, directory, invocation)
        record.tensorboard = tensorBoard
        try run.write(record)
        let session = TrainingSession(plan: plan.training, run: run, threads: threads, invocation: invocation)
        do {
            _ = try session.complete(&record, from: nil)
        } catch let stop as Interrupted {
            try? run.removeCheckpoint()
            throw Stopped(model: plan.parent.model, signal: stop.signal)
        }
        let comparer = try UpdateComparison(plan, run, store)
        let (old, new) = (try comparer.compare(plan.oldRows), try comparer.compare(plan.newRows))
        let isWorse = old.contains { $0.verdict == .fail }
        let passed = !isWorse && record.passesGates
        let registration = try await RegisterRun.register(
            run,
            plan.parent.model,
            parent: plan.parent.version,
            registering,
            passed: passed,
            in: invocation
        )
        return Report(
            run: try run.record(),
            parent: plan.parent.version,
            newRows: plan.newTrainingRows,
            oldRows: plan.oldTrainingRows,
            onOldRows: old,
            onNewRows: new,
            passed: passed,
            registration: registration
        )
    }

    /// An update that was stopped on purpose: nothing came of it.
    struct Stopped: Failure {
        let model: String
        let signal: Int32

        var description: String { "\(Cancelled(signal: signal)): the update of \(model) has changed nothing" }
        var kind: FailureKind { Cancelled(signal: signal).kind }
        var hints: [String] { ["an update begins anew: run the same command again"] }
    }

    private func beginning(
        _ plan: UpdatePlan,
        _ run: RunDirectory,
        _ directory: String,
        _ invocation: Invocation
    ) throws -> RunRecord {
        let state = SourceRepository.state(of: directory)
        return RunRecord(
            run: run.number,
            model: plan.parent.model,
            status: .running,
            started: invocation.clock.now(),
            seconds: 0,
            recipe: try plan.training.document.recipeDigest(),
            data: try plan.training.document.dataDigest(),
            overrides: [],
            registers: false,
            updates: "\(plan.parent.version)",
            epochs: 0,
            plannedEpochs: plan.training.recipe.epochs,
            monitor: plan.training.recipe.earlyStopping?.monitor,
            commit: state?.commit,
            isDirty: state?.isDirty
        )
    }
}

/// Puts the same rows to a model before and after its update.
private struct UpdateComparison {
    private let before: NetworkPredictor
    private let after: NetworkPredictor
    private let metrics: [Metric]

    init(_ plan: UpdatePlan, _ run: RunDirectory, _ store: Store) throws {
        before = try NetworkPredictor(ModelFiles(store.package(of: plan.parent), source: plan.parent.title))
        after = try NetworkPredictor(ModelFiles(folder: "\(run.path)/package", source: "run \(run.number)"))
        metrics = plan.training.gates.comparedMetrics(for: plan.training.dataset.task)
    }

    func compare(_ examples: Examples?) throws -> [Comparison] {
        guard let examples else { return [] }
        let outputs = (try before.predict(examples.inputs), try after.predict(examples.inputs))
        return try metrics.compactMap { metric in
            try Comparison(
                metric,
                baseline: (outputs.0, before.decision),
                candidate: (outputs.1, after.decision),
                targets: examples.targets
            )
        }
    }
}
