internal import Kernels
internal import Support

extension Trainer {
    /// What the threads of a run have in common; thread 0 writes it before a barrier.
    final class Control {
        var isStopping = false
        var failure: (any Error)?
        var stepsUntilLook = 0
        /// Where several processes look for a wish to stop, about which they agree.
        var cancellation: Cancellation?
    }

    /// Trains from the present position to the end of the epoch, or to the step before which thread 0 stops.
    ///
    /// `beforeStep` is called by thread 0 between steps, while nothing changes.
    func trainEpoch(_ control: Control, beforeStep: () throws -> Void) {
        let steps = stepsPerEpoch
        // With one batch per epoch the order of the rows is only an order of summation.
        let order = recipe.shuffle && steps > 1 ? shuffledOrder(epoch: position.epoch) : nil
        let firstStep = position.stepInEpoch
        let firstTotal = position.step
        let dropout = CounterRandom(seed: recipe.seed, stream: RandomStream.dropout)
        let rates = learningRates
        let epoch = position.epoch
        team.run { thread in
            for step in firstStep..<max(steps, firstStep) {
                if thread == 0 {
                    do { try beforeStep() } catch {
                        control.failure = error
                        control.isStopping = true
                    }
                }
                let first = step * batchSize
                let rows = min(batchSize, training.rows - first)
                let own = ownRows(of: rows)
                training.gather(
                    team.share(of: own.count, thread: thread),
                    from: first + own.lowerBound,
                    order: order,
                    epoch: epoch,
                    into: workspace.input
                )
                let next = ownRows(of: batchSize)
                training.prefetch(
                    team.share(of: next.count, thread: thread),
                    from: first + batchSize + next.lowerBound,
                    order: order
                )
                team.barrier()
                if control.isStopping { return }
                let total = firstTotal + (step - firstStep)
                takeStep(
                    own: own.count,
                    of: rows,
                    thread: thread,
                    dropout: DropoutKeys(random: dropout, step: total, firstRow: own.lowerBound),
                    method: recipe.optimizer.method(step: total + 1, rate: rates.rate(step: step)),
                    control: control
                )
            }
        }
    }

    /// The order of the rows in an epoch: a function of the seed and the epoch.
    func shuffledOrder(epoch: Int) -> [Int32] {
        CounterRandom(seed: recipe.seed, stream: RandomStream.shuffling).substream(UInt64(epoch))
            .permutation(training.rows)
    }

    /// The learning rates of the running epoch.
    var learningRates: LearningRates {
        LearningRates(
            height: recipe.optimizer.learningRate * (position.plateau?.factor ?? 1),
            schedule: recipe.schedule,
            epoch: position.epoch,
            steps: stepsPerEpoch,
            epochs: recipe.epochs
        )
    }

    /// One step on the `own` rows that have been gathered of a batch of `rows`; every thread calls it, and all are done
    /// with it on return.
    private func takeStep(
        own: Int,
        of rows: Int,
        thread: Int,
        dropout: DropoutKeys,
        method: UpdateMethod,
        control: Control
    ) {
        let pass = workspace.pass(rows: own, thread: thread, team: team, dropout: dropout, mode: .training)
        if own > 0 {
            workspace.forward(pass)
            let share = pass.ownRows
            let loss = trainingLoss.scaled(by: 1 / Float(rows))
            workspace.kernels.computeLoss(loss, share)
            workspace.kernels.measure(objective.metric.value, loss, objective.threshold, share, rowMetrics.start)
            workspace.backward(pass)
        }
        penalties.sumUp(parameters, thread: thread, team: team)

        var update = update
        update.use(keptPieces.isEmpty ? method : .keep)
        if own > 0 { workspace.updateParameters(pass, update) }
        if !keptPieces.isEmpty {
            team.barrier()
            if let exchange { exchangeGradients(exchange, own: own, of: rows, thread: thread) }
            clipper?.clip(gradients, thread: thread, team: team)
            update.use(method)
            for piece in team.share(of: keptPieces.count, thread: thread) {
                workspace.kernels.applyGradients(update, keptPieces[piece].floats)
            }
        }
        team.barrier()
        if thread == 0 { account(own: own, of: rows, control) }
    }

    /// Adds the batch's losses and metrics to those of the epoch, row after row.
    private func account(own: Int, of rows: Int, _ control: Control) {
        var (loss, metric) = (0.0, exchange == nil ? position.metricSum : 0)
        for row in 0..<own {
            loss += Double(rowLosses.start[row])
            metric += Double(rowMetrics.start[row])
        }
        if let exchange {
            let sums = sumUp(loss, metric, exchange, control)
            (loss, metric) = (sums[0], position.metricSum + sums[1])
        }
        position.metricSum = metric
        loss += penalties.total * Double(rows)
        position.lossSum += loss
        position.stepInEpoch += 1
        position.step += 1
        if !loss.isFinite {
            control.failure = TrainingError.diverged(
                epoch: position.epoch + 1,
                step: position.stepInEpoch,
                loss: "\(loss / Double(rows))"
            )
            control.isStopping = true
        }
    }

    /// Loss and metric over the validation data, without dropout.
    ///
    /// Processes that train together share the rows out.
    func validate(_ source: BatchSource) throws -> (loss: Double, metric: Double) {
        var (lossSum, metricSum) = (0.0, 0.0)
        let own = ownRows(of: source.rows)
        team.run { thread in
            penalties.sumUp(parameters, thread: thread, team: team)
            for first in stride(from: own.lowerBound, to: own.upperBound, by: workspace.capacity) {
                let rows = min(workspace.capacity, own.upperBound - first)
                source.gather(team.share(of: rows, thread: thread), from: first, order: nil, into: workspace.input)
                team.barrier()
                let pass = workspace.pass(rows: rows, thread: thread, team: team, mode: .inference)
                workspace.forward(pass)
                let share = pass.ownRows
                workspace.kernels.computeLoss(validationLoss, share)
                workspace.kernels.measure(
                    objective.metric.value,
                    validationLoss,
                    objective.threshold,
                    share,
                    rowMetrics.start
                )
                team.barrier()
                guard thread == 0 else { continue }
                for row in 0..<rows {
                    lossSum += Double(rowLosses.start[row])
                    metricSum += Double(rowMetrics.start[row])
                }
            }
        }
        if let exchange {
            let sums = try exchange.group.sum([lossSum, metricSum])
            (lossSum, metricSum) = (sums[0], sums[1])
        }
        return (lossSum / Double(source.rows) + penalties.total, metricSum / Double(source.rows))
    }
}
