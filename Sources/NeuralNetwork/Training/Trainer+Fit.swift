internal import Kernels
package import Support

extension Trainer {
    /// Trains to the end of the recipe.
    ///
    /// Throws ``Cancelled`` after a last checkpoint when a stop is asked for, ``TrainingError`` when the loss is no
    /// longer a number (no checkpoint follows, so that the last good one stays), and whatever the observer throws. Of
    /// several processes all throw the first two, after the same step.
    package func fit(
        cancellation: Cancellation? = nil,
        observer: TrainingObserver = TrainingObserver()
    ) throws -> TrainingResult {
        sinceCheckpoint = Stopwatch()
        try team.pinningCaller {
            while position.epoch < recipe.epochs, !position.hasStoppedEarly {
                try fitEpoch(cancellation, observer)
            }
        }
        let last = state()
        let restores = recipe.earlyStopping?.restoreBestWeights ?? false
        let parameters = restores ? bestParameters ?? last.parameters : last.parameters
        let model = try Sequential(
            network,
            parameters: targetScale?.laid(into: parameters, of: network) ?? parameters
        )
        return TrainingResult(model: model, state: last)
    }

    private func fitEpoch(_ cancellation: Cancellation?, _ observer: TrainingObserver) throws {
        let control = Control()
        control.cancellation = cancellation
        let epochWatch = Stopwatch()
        let rowsBefore = position.stepInEpoch * batchSize
        var lastProgress = 0.0
        func samplesPerSecond() -> Double {
            let rows = min(position.stepInEpoch * batchSize, training.rows) - rowsBefore
            return Double(rows) / max(epochWatch.seconds, 1e-9)
        }
        // For tiny networks a look at the clock costs as much as a step: it waits for some work to have been done.
        let looksAlways = min(options.progressInterval, options.checkpointInterval) <= 0
        let stepsBetweenLooks = looksAlways ? 0 : 2_000_000 / max(1, workspace.capacity * layout.count)
        trainEpoch(control) {
            if exchange == nil, let cancellation { try cancellation.check() }
            control.stepsUntilLook -= 1
            guard control.stepsUntilLook < 0 else { return }
            control.stepsUntilLook = stepsBetweenLooks
            let now = epochWatch.seconds
            if now - lastProgress >= options.progressInterval, position.stepInEpoch > 0 {
                lastProgress = now
                try observer.onProgress?(progress(samplesPerSecond(), finished: nil))
            }
            if sinceCheckpoint.seconds >= options.checkpointInterval { try leaveCheckpoint(observer) }
        }
        if let failure = control.failure {
            if failure is Cancelled { try leaveCheckpoint(observer) }
            throw failure
        }
        let speed = samplesPerSecond()
        let record = try finishEpoch()
        try observer.onProgress?(progress(speed, finished: record))
        try checkParameters()
        // Of many short epochs not each is worth a file: one follows after twenty times what the last one took, and after
        // the interval at the latest.
        if sinceCheckpoint.seconds >= min(20 * checkpointCost, options.checkpointInterval) {
            try save(observer)
        }
    }

    /// Leaves a checkpoint in the middle of an epoch.
    private func leaveCheckpoint(_ observer: TrainingObserver) throws {
        guard observer.onCheckpoint != nil else { return }
        do throws(TrainingError) { try checkParameters() } catch {
            // Other processes have not looked: the next loss says it to all.
            if exchange != nil { return }
            throw error
        }
        try save(observer)
    }

    /// Gives the observer the state, whose parameters have been checked.
    private func save(_ observer: TrainingObserver) throws {
        guard let onCheckpoint = observer.onCheckpoint else { return }
        let stopwatch = Stopwatch()
        try onCheckpoint(state())
        checkpointCost = stopwatch.seconds
        sinceCheckpoint = Stopwatch()
    }

    /// Throws when a parameter is no longer a number: the loss would show it at the next step only.
    private func checkParameters() throws(TrainingError) {
        let isSound = (0..<layout.count).allSatisfy { parameters.start[$0].isFinite }
        guard isSound else {
            throw TrainingError.diverged(
                epoch: position.epoch + 1,
                step: position.stepInEpoch,
                loss: "a number, but a parameter is not"
            )
        }
    }

    private func progress(_ speed: Double, finished: EpochRecord?) -> TrainingProgress {
        let steps = finished == nil ? position.stepInEpoch : stepsPerEpoch
        let rows = Double(max(1, min(steps * batchSize, training.rows)))
        return TrainingProgress(
            epoch: (finished?.epoch ?? position.epoch) + 1,
            epochs: recipe.epochs,
            step: steps,
            stepsPerEpoch: stepsPerEpoch,
            loss: finished?.metrics["loss"] ?? position.lossSum / rows,
            metricName: objective.metricName,
            metric: finished?.metrics[objective.metricName] ?? position.metricSum / rows,
            samplesPerSecond: speed,
            finishedEpoch: finished
        )
    }

    /// Writes the epoch into the history, judges it, and moves on to the next.
    ///
    /// - Throws: ``TrainingError`` when the network gives no numbers any more for the validation rows.
    private func finishEpoch() throws -> EpochRecord {
        let rows = Double(training.rows)
        var metrics = ["loss": position.lossSum / rows, objective.metricName: position.metricSum / rows]
        if let validation {
            let result = try validate(validation)
            guard result.loss.isFinite else {
                throw TrainingError.diverged(
                    epoch: position.epoch + 1,
                    step: position.stepInEpoch,
                    loss: "\(result.loss) on the validation rows"
                )
            }
            metrics["val_loss"] = result.loss
            metrics["val_\(objective.metricName)"] = result.metric
        }
        if recipe.schedule != nil { metrics["learning_rate"] = learningRates.rate(step: stepsPerEpoch - 1) }
        let record = EpochRecord(epoch: position.epoch, metrics: metrics)
        position.history.append(record)
        if let earlyStopping = recipe.earlyStopping { judge(record, by: earlyStopping) }
        if let rule = recipe.plateau, let value = record.metrics[rule.monitor] {
            var plateau = position.plateau ?? PlateauPosition()
            plateau.judge(value, by: rule, learningRate: recipe.optimizer.learningRate)
            position.plateau = plateau
        }
        position.epoch += 1
        position.stepInEpoch = 0
        position.lossSum = 0
        position.metricSum = 0
        return record
    }

    private func judge(_ record: EpochRecord, by rule: EarlyStopping) {
        guard let value = record.metrics[rule.monitor] else { return }
        if MonitoredFigure(name: rule.monitor, minDelta: rule.minDelta).isImprovement(value, over: position.best) {
            position.best = value
            position.bestEpoch = record.epoch
            position.epochsWithoutImprovement = 0
            if rule.restoreBestWeights { bestParameters = layout.unpack(parameters) }
            return
        }
        position.epochsWithoutImprovement += 1
        if position.epochsWithoutImprovement >= rule.patience { position.hasStoppedEarly = true }
    }
}
