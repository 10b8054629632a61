internal import Lifecycle
internal import Support

extension ShowRun.Report: Renderable {
    package var text: String { text(in: TextStyle(isUnicode: true, isColored: false)) }

    package func text(in style: TextStyle) -> String {
        var lines = [headline, began, work]
        if let best { lines.append(best) }
        if let problem = run.problem, state != .interrupted { lines.append(problem) }
        if !run.overrides.isEmpty { lines += Wording.wrapped(["set:"] + run.overrides, indent: 5) }
        lines += figures
        if let folds = run.crossValidation {
            lines += folds.table(main: run.mainMetric) + folds.statistics(main: run.mainMetric)
        }
        if let decision = run.decision?.text { lines.append(decision) }
        lines += (run.gates ?? []).map(\.text)
        for plot in plots.map({ $0.lines(in: style) }) where !plot.isEmpty { lines += [""] + plot }
        if let next { lines += plots.isEmpty ? [next] : ["", next] }
        return lines.joined(separator: "\n")
    }

    /// `run 1 of defect: finished, registered as defect@v1.0.0`.
    private var headline: String {
        let state =
            switch self.state {
            case .training: "training now"
            case .killed: "killed"
            case .interrupted, .finished, .diverged, .failed: run.status.rawValue
            }
        let parent = run.updates.map { ", an update of \($0)" } ?? ""
        let version = run.registered.map { ", registered as \(run.model)@\($0)" } ?? ""
        return "run \(run.run) of \(run.model)\(parent): \(state)\(version)"
    }

    /// When it began, and from which state of the project.
    private var began: String {
        var text = "began \(run.started) (\(Wording.age(time.seconds - run.started.seconds)))"
        if let commit = run.commit {
            text += ", commit \(commit.prefix(10))\(run.isDirty == true ? " with changes" : "")"
        }
        return text
    }

    /// `67 of 300 epochs in 12 ms on 1 thread, 10,858,296 samples/s`.
    private var work: String {
        if let trainer = run.trainer {
            return "trained by \(trainer) in \(Wording.seconds(run.seconds)): epochs of a program are not recorded"
        }
        let planned = run.plannedEpochs.map { " of \(Wording.plural($0, "epoch"))" }
        var text = planned.map { Wording.count(run.epochs) + $0 } ?? Wording.plural(run.epochs, "epoch")
        if let fold { text = "fold \(fold)\(run.crossValidation.map { " of \($0.folds)" } ?? ""): \(text)" }
        // Nobody has written down how long a run took that did not end by itself.
        guard state != .training, state != .killed else { return text }
        text += " in \(Wording.seconds(run.seconds))"
        if let threads = run.threads { text += " on \(Wording.plural(threads, "thread"))" }
        return text + (run.samplesPerSecond.map { ", \(Wording.count(Int($0))) samples/s" } ?? "")
    }

    /// The epoch that the plots point at.
    private var best: String? {
        if let best = run.bestEpoch { return "the weights are those of epoch \(Wording.count(best)), the best" }
        guard let bestEpoch, let monitor = run.monitor else { return nil }
        return "best by \(monitor): epoch \(Wording.count(bestEpoch))"
    }

    /// What the model is worth, by every metric; on the test rows by the first.
    private var figures: [String] {
        guard let metrics = run.metrics else { return [] }
        let main = run.mainMetric
        let names = metrics.keys.sorted { ($0 == main ? "" : $0) < ($1 == main ? "" : $1) }
        let items = names.map { name in "\(name) \(Wording.figure(metrics[name] ?? 0))" }
        let folds = run.crossValidation.map { " of \($0.folds) folds" } ?? ""
        var lines = Wording.list(items, behind: "on \(run.measuredOn ?? "training") rows\(folds):")
        if let main, let value = run.testMetrics?[main] {
            lines.append("on the test rows: \(main) \(Wording.figure(value))")
        }
        return lines
    }

    /// The loss, the metric, and the learning rate where it changes, each with its twin of the validation rows.
    private var plots: [LinePlot] {
        let names = Set(history.flatMap(\.metrics.keys))
        let plain = names.filter { !$0.hasPrefix("val_") }
        let order = ["loss"] + plain.subtracting(["loss", "learning_rate"]).sorted() + ["learning_rate"]
        return order.filter(plain.contains).map { name in
            let twins = [name, "val_\(name)"].filter(names.contains)
            return LinePlot(
                twins.map { twin in Curve(twin, history.map { $0.metrics[twin] }) },
                height: name == "loss" ? 9 : name == "learning_rate" ? 3 : 7,
                marked: name == "learning_rate" ? nil : bestEpoch
            )
        }
    }

    private var next: String? {
        if isResumable {
            return "go on with it: mlops train --resume-run \(run.run)"
        }
        switch state {
        case .training: return "look again: mlops runs show \(run.run)"
        case .finished where run.registered == nil: return "next: mlops register --run \(run.run)"
        case .finished: return run.registered.map { "next: mlops show \(run.model)@\($0)" }
        case .killed, .interrupted, .diverged, .failed: return "next: mlops train"
        }
    }
}
