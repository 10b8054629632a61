internal import Datasets
internal import Evaluation
internal import Inference
internal import NeuralNetwork
internal import Support

/// Training by folds: one network after the other, each judged by the rows that it has not seen.
extension TrainingSession {
    /// Trains the folds that are not finished yet; `nil` where there are none.
    ///
    /// A finished fold leaves its answers in the run's folder, and is not trained again.
    func trainFolds(_ record: inout RunRecord) throws -> [FoldResult]? {
        guard let folds = plan.data.folds else { return nil }
        var results: [FoldResult] = []
        func note() throws {
            record.crossValidation = CrossValidation(folds: folds.count, underWay: results.map(\.line))
            (record.epochs, record.bestEpoch) = (0, nil)
            try run.write(record)
        }
        try note()
        for fold in 0..<folds.count {
            let position = FoldPosition(number: fold + 1, of: folds.count)
            let folder = run.folder(ofFold: position.number)
            if let saved = try folder.readResult(rows: folds.rows(of: fold).count) {
                results.append(saved)
            } else {
                results.append(try train(position, in: folder, &record))
            }
            // What a kill between the two would leave.
            try folder.removeCheckpoint()
            try note()
        }
        return results
    }

    /// The training of the model itself, after its folds if there are any.
    func final(after folds: [FoldResult]?) -> TrainingSession {
        guard let folds else { return self }
        let plan = plan.final(after: folds.map(\.line))
        invocation.progress.note(
            "all \(folds.count) folds are judged: now the model itself, by \(plan.recipe.epochs) "
                + "epoch\(plan.recipe.epochs == 1 ? "" : "s") of all \(plan.data.training.rows) rows"
        )
        return TrainingSession(plan: plan, run: run, threads: threads, invocation: invocation)
    }

    private func train(
        _ position: FoldPosition,
        in folder: RunDirectory,
        _ record: inout RunRecord
    ) throws -> FoldResult {
        let plan = try plan.fold(position.number - 1, memoryLimit: invocation.featureMemory())
        guard let held = plan.data.validation else { throw DatasetError.noRows(plan.model) }
        try FileSystem.createDirectory(folder.path)
        let session = TrainingSession(
            plan: plan,
            run: run,
            threads: threads,
            invocation: invocation,
            fold: position
        )
        let state = try folder.readCheckpoint().map { try TrainingState(checkpoint: $0, of: plan.network) }
        let trained = try session.train(&record, from: state)
        let line = FoldLine(position, trained, plan.recipe.earlyStopping, rows: held.rows)
        let answers = try JudgedAnswers(of: trained.model, plan, threads: record.threads ?? 1)
        let result = FoldResult(line: line, outputs: answers.outputs, baselines: answers.baselines)
        try folder.write(result)
        invocation.progress.note(
            "\(position): \(line.epochs) epoch\(line.epochs == 1 ? "" : "s"), the best \(line.bestEpoch), "
                + "val_loss \(shortened(line.loss))"
        )
        return result
    }
}

extension FoldLine {
    fileprivate init(
        _ position: FoldPosition,
        _ trained: TrainingResult,
        _ earlyStopping: EarlyStopping?,
        rows: Int
    ) {
        let history = trained.history.map { EpochFigures($0) }
        let best = trained.state.position.bestEpoch ?? history.best(by: "val_loss") ?? max(0, history.count - 1)
        let kept = earlyStopping?.restoreBestWeights == true ? best : history.count - 1
        self.init(
            fold: position.number,
            rows: rows,
            epochs: history.count,
            bestEpoch: best + 1,
            loss: history.indices.contains(kept) ? history[kept].metrics["val_loss"] ?? 0 : 0
        )
    }
}
