internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Monitoring
internal import ProjectFile
internal import Support
internal import TensorFiles

/// One training of a model of another framework: the program of `trainer` makes it, that of `predictor` is judged.
struct ExternalTraining {
    let plan: ExternalPlan
    let run: RunDirectory
    let invocation: Invocation

    /// Rows whose answers are kept.
    private static let goldenRows = 100

    /// Trains, judges, and leaves the package in the run's folder.
    func train(_ record: inout RunRecord) async throws -> Evaluation {
        let stopwatch = Stopwatch()
        defer {
            invocation.progress.finish()
            record.seconds = stopwatch.seconds
        }
        try await makeModel()
        let left = try digests()
        let predictor = try predictor(decision: nil)
        let part: DatasetDescription.Part = plan.dataset.source(of: .validation) == nil ? .training : .validation
        guard let judged = try rows(part) else { throw DatasetError.noRows(plan.model) }
        let outputs = try await predictor.outputs(for: judged.reader(), cancellation: invocation.cancellation)
        let decision = try decide(judged, outputs)
        let evaluation = try evaluate(judged, outputs, decision)
        record.decision = decision.map { DecisionLine($0) }
        record.metrics = evaluation.metrics
        record.measuredOn = part == .validation ? "validation" : "training"
        record.gates = plan.gates.map { GateLine($0, evaluation) }
        if let test = try rows(.test) {
            let answers = try await predictor.outputs(for: test.reader(), cancellation: invocation.cancellation)
            record.testMetrics = try evaluate(test, answers, decision).metrics
        }
        if let training = try rows(.training) {
            let trivial = Baseline.trivial(training.targets)
            let answers = trivial.outputs(for: Matrix(rows: judged.count, columns: 0))
            record.baselines = [
                BaselineLine(name: trivial.name, metrics: try evaluate(judged, answers, nil).metrics)
            ]
        }
        try refuseChanges(since: left)
        try writeMembers(judged, outputs, decision)
        return evaluation
    }

    /// The folder that becomes the package.
    private var package: String { "\(run.path)/package" }

    private func rows(_ part: DatasetDescription.Part) throws -> LabeledRows? {
        try plan.dataset.rows(of: part, fields: plan.fields, classes: plan.classes)?.rows
    }

    /// Hands the rows to the trainer, and looks at what it leaves.
    private func makeModel() async throws {
        let data = "\(run.path)/data"
        try FileSystem.createDirectory(data)
        try FileSystem.createDirectory(package)
        // What the model is tested on stays out of the program's reach.
        for (part, name) in [(DatasetDescription.Part.training, "train"), (.validation, "validation")] {
            guard let rows = try rows(part) else { continue }
            try RowFile.write(rows, name: name, to: data, target: plan.job.target, classes: plan.classes)
        }
        try AtomicFile.write(JSON.encode(plan.job), to: "\(data)/job.json", durable: false)
        let output = ProgramOutput(task: "training", progress: invocation.progress)
        try await plan.trainer.run(
            environment: [
                ExternalContract.job: "\(data)/job.json",
                ExternalContract.data: data,
                ExternalContract.model: package,
                ExternalContract.seed: "\(plan.job.seed)",
                ExternalContract.target: plan.job.target ?? "",
            ],
            cancellation: invocation.cancellation,
            onLine: { output.show($0) }
        )
        try FileSystem.remove(data)
        try checkWhatIsLeft()
    }

    private func checkWhatIsLeft() throws {
        let members: [MemberSource]
        do {
            members = try PackageFiles.members(at: package, shownAs: ExternalContract.model)
        } catch let error as StoreError where error.kind == .notFound {
            throw StoreError(
                .failed,
                "`\(plan.trainer.line)` ended well, and has left no file in \(ExternalContract.model)",
                hints: ["save the model there: docs/external-models.md"]
            )
        }
        let taken = members.first { member in ExternalContract.reserved.contains { member.path.hasPrefix($0) } }
        if let taken {
            throw StoreError(
                .failed,
                "`\(plan.trainer.line)` has left `\(taken.path)`, a name that mlops uses itself",
                hints: ["give the file another name; ours are: \(ExternalContract.reserved.joined(separator: ", "))"]
            )
        }
    }

    /// The digest of each file of the model.
    private func digests() throws -> [String: Digest] {
        let members = try PackageFiles.members(at: package, shownAs: ExternalContract.model)
        return try Dictionary(
            uniqueKeysWithValues: members.compactMap { member in
                guard case .file(let path) = member.content else { return nil }
                return (member.path, try Digest(ofFile: File(reading: path)))
            }
        )
    }

    /// What is registered is what was judged, and what was judged is what the trainer has left.
    private func refuseChanges(since left: [String: Digest]) throws {
        let now = try digests()
        let changed = Set(left.keys).union(now.keys).filter { left[$0] != now[$0] }.sorted()
        guard !changed.isEmpty else { return }
        throw StoreError(
            .failed,
            "`\(plan.predictor.line)` has changed the model: \(changed.prefix(5).joined(separator: ", "))",
            hints: ["a predictor reads \(ExternalContract.model), and writes to \(ExternalContract.output) alone"]
        )
    }

    private func predictor(decision: Decision?) throws -> ExternalPredictor {
        let output = ProgramOutput(task: "predicting", progress: invocation.progress)
        return try ExternalPredictor(
            command: plan.predictor,
            job: plan.job,
            signature: plan.signature,
            decision: decision,
            table: plan.table,
            model: package,
            workspace: run.path,
            onLine: { output.show($0) }
        )
    }

    private func decide(_ judged: LabeledRows, _ outputs: Matrix) throws -> Decision? {
        guard let rule = plan.decision, let classes = plan.classes, case .classes(let labels, _) = judged.targets else {
            return nil
        }
        return try rule.fitted(labels: labels, outputs: outputs, classes: classes)
    }

    private func evaluate(_ judged: LabeledRows, _ outputs: Matrix, _ decision: Decision?) throws -> Evaluation {
        try Evaluation(outputs: outputs, for: judged.targets, names: plan.classes, decision: decision)
    }

    /// Adds what mlops itself keeps of a model.
    private func writeMembers(_ judged: LabeledRows, _ outputs: Matrix, _ decision: Decision?) throws {
        var members: [(String, [UInt8])] = [
            (MemberNames.signature, try JSON.encode(plan.signature)),
            (MemberNames.recipe, try JSON.encode(plan.document)),
        ]
        if let decision { members.append((MemberNames.decision, try JSON.encode(decision))) }
        if let profile = try profile() { members.append((MemberNames.profile, try JSON.encode(profile))) }
        let answers = outputs.prefix(Self.goldenRows)
        let count = answers.rows
        members.append(
            (MemberNames.goldenOutputs, try NPY.encode(Tensor(answers.values, shape: [count, answers.columns])))
        )
        try FileSystem.createDirectory("\(package)/golden")
        try RowFile.writeGolden(judged.reader(), count: count, to: "\(package)/golden", like: judged)
        try run.write(members.map { MemberSource(path: $0.0, content: .bytes($0.1)) })
    }

    /// What is remembered of the training rows, with the types that a look at the table shows; `nil` for arrays.
    private func profile() throws -> TableProfile? {
        guard case .csv(let path, let format, _) = plan.dataset.train, let training = try rows(.training) else {
            return nil
        }
        let table = try TableInspection(path: path, cancellation: invocation.cancellation)
        var sampler = TableSampler(
            plan.fields.map { ($0.name, table.column($0.name)?.kind == .number ? .number : .text) },
            format: format
        )
        let reader = training.reader()
        while let rows = try reader.read(upTo: 4096) { sampler.add(rows) }
        return TableProfile(try sampler.finish())
    }
}
