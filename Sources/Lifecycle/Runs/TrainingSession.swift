internal import Datasets
internal import Evaluation
internal import Inference
internal import NeuralNetwork
internal import Support

/// One training of a network, from its first step or from a checkpoint to the package that may become a version.
struct TrainingSession {
    let plan: TrainingPlan
    let run: RunDirectory
    /// `nil` for as many as the network is worth.
    let threads: Int?
    let invocation: Invocation
    /// Which fold the network is judged by; `nil` for the model itself.
    var fold: FoldPosition?

    /// What a training that came to its end has given.
    struct Outcome {
        let evaluation: Evaluation
        let history: [EpochFigures]
    }

    /// Trains to the end, judges, and leaves the package in the run's folder; the record says how it went.
    ///
    /// Where there are folds, their networks are trained first, and judge. `state` is where the model itself goes on.
    ///
    /// Throws ``TrainingError`` when the loss diverges, ``Interrupted`` after a last checkpoint.
    func complete(_ record: inout RunRecord, from state: TrainingState?) throws -> Outcome {
        let folds = try trainFolds(&record)
        let session = final(after: folds)
        if folds != nil {
            record.plannedEpochs = session.plan.recipe.epochs
            try run.write(record)
        }
        let trained = try session.train(&record, from: state ?? plan.start)
        let (evaluation, decision) = try judge(trained, folds, &record)
        record.status = .finished
        let members = try PackageAssembly(
            plan: plan,
            result: trained,
            decision: decision,
            folds: folds.map { CrossValidationDocument(epochs: trained.history.count, $0.map(\.line)) }
        ).members()
        try run.write(members)
        try run.write(record)
        try run.removeCheckpoint()
        return Outcome(evaluation: evaluation, history: trained.history.map { EpochFigures($0) })
    }

    /// Trains the network of the plan; that a training has stopped on its way is written down.
    ///
    /// Throws ``TrainingError`` when the loss diverges, ``Interrupted`` after a last checkpoint.
    func train(_ record: inout RunRecord, from state: TrainingState?) throws -> TrainingResult {
        do {
            return try fit(&record, from: state)
        } catch let stop as Cancelled {
            record.status = .interrupted
            record.problem = stop.description
            try run.write(record)
            throw Interrupted(run: run.number, signal: stop.signal)
        } catch let error as TrainingError {
            guard case .diverged = error else { throw error }
            record.status = .diverged
            record.problem = (fold.map { "\($0): " } ?? "") + error.description
            try run.write(record)
            if let fold { invocation.progress.warn("it was \(fold) that did not go well") }
            if folder.hasCheckpoint {
                let place = fold.map { "folds/\($0.number)/" } ?? ""
                invocation.progress.warn(
                    "the last good weights are in .mlops/runs/\(run.number)/\(place)checkpoint.safetensors"
                )
            }
            throw error
        }
    }

    /// Where checkpoints and history are.
    private var folder: RunDirectory { fold.map { run.folder(ofFold: $0.number) } ?? run }

    private func fit(_ record: inout RunRecord, from state: TrainingState?) throws -> TrainingResult {
        let trainer = try Trainer(plan, threads: threads, from: state, invocation)
        let journal = try journal(record, after: state)
        let stopwatch = Stopwatch()
        let before = record.seconds
        var speeds: [Double] = []
        let observer = TrainingObserver(
            onProgress: { progress in
                guard let epoch = progress.finishedEpoch else { return show(progress) }
                speeds.append(progress.samplesPerSecond)
                let figures = EpochFigures(epoch)
                try journal.append(figures)
                invocation.progress.finishEpoch(
                    FinishedEpoch(
                        run: run.number,
                        fold: fold,
                        epochs: progress.epochs,
                        figures: figures,
                        metricName: progress.metricName,
                        samplesPerSecond: progress.samplesPerSecond,
                        seconds: before + stopwatch.seconds
                    )
                )
            },
            onCheckpoint: {
                try journal.flush()
                try folder.write($0)
            }
        )
        defer {
            invocation.progress.finish()
            record.seconds = before + stopwatch.seconds
            record.threads = trainer.threads
            record.epochs = trainer.finishedEpochs
            record.samplesPerSecond = speeds.isEmpty ? record.samplesPerSecond : speeds.sorted()[speeds.count / 2]
        }
        let result: TrainingResult
        do {
            result = try trainer.fit(cancellation: invocation.cancellation, observer: observer)
            invocation.processes?.dissolve()
        } catch {
            // These two end the training of all processes; anything else happens to this one alone.
            if error is Cancelled || error is TrainingError { invocation.processes?.dissolve() }
            try? journal.flush()
            throw error
        }
        try journal.flush()
        let restores = plan.recipe.earlyStopping?.restoreBestWeights ?? false
        record.bestEpoch = restores ? result.state.position.bestEpoch.map { $0 + 1 } : nil
        return result
    }

    /// Where the epochs of this training are kept, after those of the checkpoint.
    private func journal(_ record: RunRecord, after state: TrainingState?) throws -> EpochJournal {
        let earlier = state?.position.history.map { EpochFigures($0) } ?? []
        return EpochJournal(
            history: try RunHistory(of: folder, from: earlier),
            tensorBoard: record.tensorboard.map {
                TensorBoardLog(in: $0, model: record.model, run: record.run, fold: fold, after: earlier)
            },
            beginningAt: invocation.clock.seconds(),
            warn: { invocation.progress.warn($0) }
        )
    }

    private func show(_ progress: TrainingProgress) {
        let rows = plan.data.training.rows
        let batch = plan.recipe.rowsPerStep(of: rows)
        let done = (progress.epoch - 1) * rows + min(progress.step * batch, rows)
        let speed = Int(progress.samplesPerSecond)
        invocation.progress.advance(
            (fold.map { "\($0)  " } ?? "") + "epoch \(progress.epoch)/\(progress.epochs)",
            done: done,
            total: progress.epochs * rows,
            unit: .samples,
            details:
                "loss \(shortened(progress.loss))  \(progress.metricName) \(shortened(progress.metric))  \(speed) samples/s"
        )
    }

    /// Judges the model and the baselines on rows that it was not trained on, if there are any; after folds, by what each
    /// of their networks answered to the rows that it had not seen.
    private func judge(
        _ trained: TrainingResult,
        _ folds: [FoldResult]?,
        _ record: inout RunRecord
    ) throws -> (Evaluation, Decision?) {
        let threads = record.threads ?? 1
        let answers =
            if let folds, let dealt = plan.data.folds {
                JudgedAnswers(folds, dealt, of: plan.data.training)
            } else {
                try JudgedAnswers(of: trained.model, plan, threads: threads)
            }
        func evaluate(_ targets: Targets, _ outputs: Matrix, _ decision: Decision? = nil) throws -> Evaluation {
            try Evaluation(outputs: outputs, for: targets, names: plan.data.classes, decision: decision)
        }
        let decision = try decide(answers.targets, answers.outputs)
        record.decision = decision.map { DecisionLine($0) }
        let evaluation = try evaluate(answers.targets, answers.outputs, decision)
        record.metrics = evaluation.metrics
        record.measuredOn = answers.rows
        record.gates = plan.gates.map { GateLine($0, evaluation) }
        record.baselines = try answers.baselines.map { baseline in
            // Of an anomaly task the simple model gets a threshold of its own, by the same rule.
            let decision = plan.isAnomaly ? try decide(answers.targets, baseline.outputs) : nil
            let metrics = try evaluate(answers.targets, baseline.outputs, decision).metrics
            return BaselineLine(name: baseline.name, metrics: metrics)
        }
        record.crossValidation = try folds.map { results in
            CrossValidation(
                try results.enumerated().map { fold, result in
                    let held = plan.data.training.selecting(plan.data.folds?.rows(of: fold) ?? [])
                    var line = result.line
                    line.metrics = try evaluate(held.targets, result.outputs, decision).metrics
                    return line
                }
            )
        }
        if let test = plan.data.test {
            let network = try AnsweringNetwork(of: trained.model, plan, threads: threads)
            record.testMetrics = try evaluate(test.targets, network.predict(test.inputs), decision).metrics
        }
        return (evaluation, decision)
    }

    /// Chooses the threshold on rows that the model was not trained on.
    private func decide(_ targets: Targets, _ outputs: Matrix) throws -> Decision? {
        guard let rule = plan.decision, let classes = plan.data.classes, case .classes(let labels, _) = targets
        else { return nil }
        return try rule.fitted(labels: labels, outputs: outputs, classes: classes)
    }
}

extension Trainer {
    /// The trainer of a plan, on this process's share of the machine.
    convenience init(
        _ plan: TrainingPlan,
        threads: Int?,
        from state: TrainingState?,
        _ invocation: Invocation
    ) throws {
        var options = TrainingOptions(threads: threads, processes: invocation.processes)
        if let kernels = invocation.environment["MLOPS_KERNELS"], !kernels.isEmpty {
            try options.useKernels(named: kernels)
        }
        try invocation.processes?.takeShareOfProcessors()
        try self.init(
            plan.initial ?? Sequential(plan.network, seed: plan.recipe.seed),
            recipe: plan.recipe,
            training: plan.data.training,
            validation: plan.isAnomaly ? plan.data.validation?.normalRows : plan.data.validation,
            options: options,
            resuming: state
        )
    }
}
