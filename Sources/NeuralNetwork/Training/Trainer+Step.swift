internal import Kernels
internal import Support

extension Trainer {
    /// What the threads of a run have in common; thread 0 writes it before a barrier.
    final class Control {
        var isStopping = false
        var failure: (any Error)?
        var stepsUntilLook = 0
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
                training.gather(
                    team.share(of: rows, thread: thread),
                    from: first,
                    order: order,
                    epoch: epoch,
                    into: workspace.input
                )
                training.prefetch(
                    team.share(of: batchSize, thread: thread),
                    from: first + batchSize,
                    order: order
                )
                team.barrier()
                if control.isStopping { return }
                let total = firstTotal + (step - firstStep)
                takeStep(
                    rows: rows,
                    thread: thread,
                    dropout: DropoutKeys(random: dropout, step: total),
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

    /// One step on the rows that have been gathered; every thread calls it, and all are done with it on return.
    private func takeStep(rows: Int, thread: Int, dropout: DropoutKeys, method: UpdateMethod, control: Control) {
        let pass = workspace.pass(rows: rows, thread: thread, team: team, dropout: dropout, mode: .training)
        workspace.forward(pass)
        let share = pass.ownRows
        let loss = trainingLoss.scaled(by: 1 / Float(rows))
        workspace.kernels.computeLoss(loss, share)
        workspace.kernels.measure(objective.metric.value, loss, objective.threshold, share, rowMetrics.start)
        workspace.backward(pass)
        penalties.sumUp(parameters, thread: thread, team: team)

        var update = update
        update.use(keptPieces.isEmpty ? method : .keep)
        workspace.updateParameters(pass, update)
        if !keptPieces.isEmpty {
            team.barrier()
            clipper?.clip(gradients, thread: thread, team: team)
            update.use(method)
            for piece in team.share(of: keptPieces.count, thread: thread) {
                workspace.kernels.applyGradients(update, keptPieces[piece].floats)
            }
        }
        team.barrier()
        if thread == 0 { account(rows: rows, control) }
    }

    /// Adds the batch's losses and metrics to those of the epoch, row after row.
    private func account(rows: Int, _ control: Control) {
        var loss = 0.0
        for row in 0..<rows {
            loss += Double(rowLosses.start[row])
            position.metricSum += Double(rowMetrics.start[row])
        }
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
    func validate(_ source: BatchSource) -> (loss: Double, metric: Double) {
        var (lossSum, metricSum) = (0.0, 0.0)
        team.run { thread in
            penalties.sumUp(parameters, thread: thread, team: team)
            for first in stride(from: 0, to: source.rows, by: batchSize) {
                let rows = min(batchSize, source.rows - first)
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
        return (lossSum / Double(source.rows) + penalties.total, metricSum / Double(source.rows))
    }
}
