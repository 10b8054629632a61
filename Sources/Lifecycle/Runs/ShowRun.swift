internal import ModelStore
internal import NeuralNetwork
package import Support

/// One training of a project, and what each of its epochs gave: also one that is not finished yet, or never was.
package struct ShowRun: Sendable {
    /// The run; the newest if `nil`.
    package var number: Int?

    package init(number: Int? = nil) { self.number = number }

    /// How the training goes, or went.
    package struct Report: Encodable, Sendable {
        /// The record; while the run is not finished, its epochs are those of the history.
        package let run: RunRecord
        package let state: State
        /// Whether `mlops train --resume-run` can go on with it.
        package let isResumable: Bool
        /// The best epoch by the figure that early stopping watches, from 1 on; `nil` where nothing watches.
        package let bestEpoch: Int?
        /// The fold, from 1 on, whose training the history is; `nil` for that of the model itself.
        package let fold: Int?
        package let history: [EpochFigures]
        /// When it was looked at.
        package let time: Timestamp
    }

    /// What a run is doing.
    package enum State: String, Encodable, Sendable {
        /// A process trains it at this moment.
        case training
        /// Its process was killed.
        case killed
        case interrupted, finished, diverged, failed
    }

    /// Throws ``StoreError`` (14) when there is no such run.
    package func run(in invocation: Invocation) throws -> Report {
        let (_, directory) = try invocation.readProject()
        let run = try find(in: directory)
        // Asked first: a training that ends in between has left everything when its lock is free.
        let isBusy = run.isBusy()
        var record = try run.record()
        let (fold, history) = try run.readNewestHistory()
        if record.status != .finished, record.trainer == nil { record.epochs = max(record.epochs, history.count) }
        return Report(
            run: record,
            state: ShowRun.state(record, isBusy: isBusy),
            isResumable: record.isUnfinished && !isBusy,
            bestEpoch: record.bestEpoch ?? record.monitor.flatMap { history.best(by: $0) }.map { $0 + 1 },
            fold: fold,
            history: history,
            time: invocation.clock.now()
        )
    }

    private func find(in directory: String) throws -> RunDirectory {
        if let number { return try RunDirectory.open(number, in: directory) }
        for number in RunDirectory.numbers(in: directory).reversed() {
            if let run = try? RunDirectory.open(number, in: directory) { return run }
        }
        throw StoreError(.notFound, "there are no runs yet", hints: ["train one: mlops train"])
    }

    private static func state(_ record: RunRecord, isBusy: Bool) -> State {
        switch record.status {
        case .running: isBusy ? .training : .killed
        case .interrupted: .interrupted
        case .finished: .finished
        case .diverged: .diverged
        case .failed: .failed
        }
    }
}

extension [EpochFigures] {
    /// The epoch, counted from zero, whose figure is the best: the first of equal ones.
    package func best(by name: String) -> Int? {
        let monitored = MonitoredFigure(name: name)
        var best: (epoch: Int, value: Double)?
        for figures in self {
            guard let value = figures.metrics[name], monitored.isImprovement(value, over: best?.value) else { continue }
            best = (figures.epoch, value)
        }
        return best?.epoch
    }
}
