internal import ArgumentParser
internal import Evaluation
internal import Lifecycle
internal import MessagePassing
internal import ModelStore
internal import Support

struct TrainCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train the project's network, and register it if its gates pass.",
        discussion: """
            How good a model do these data and this network give? Ends with exit code 3 when a gate is not met. The \
            same recipe, data and seed give the same bits on any number of threads, also after a kill and --resume. Several \
            hosts train one network together by mpirun -np N mlops train, where mlops was built with MPI.

            EXAMPLES
              mlops train
              mlops train --set training.epochs=20 --set training.seed=7
              mlops train --resume
              mlops train --tensorboard logs

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @Option(
        help: ArgumentHelp("How many threads to use; as many as the network is worth if not given.", valueName: "count")
    )
    var threads: Int?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set a key of mlops.yaml for this run; it is recorded.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Register the run although a gate is not met, or not at all; if not given, when the gates pass."
    )
    var register: Bool?

    @Flag(help: "Go on with the newest run that was interrupted or killed.")
    var resume = false

    @Option(help: ArgumentHelp("Go on with this run.", valueName: "number"))
    var resumeRun: Int?

    @Option(
        help: ArgumentHelp("The version that the new one is to replace; the latest if not given.", valueName: "version")
    )
    var from: VersionArgument?

    @OptionGroup var watching: WatchingOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024.") }
        if change.dryRun && (resume || resumeRun != nil) {
            throw ValidationError("--dry-run shows what a new run would do; drop it, or --resume.")
        }
        if resume && resumeRun != nil { throw ValidationError("Give either --resume or --resume-run.") }
    }

    func run(in context: Context) async throws {
        var verb = Train()
        verb.settings = overrides
        verb.threads = threads
        verb.registering = register.map { $0 ? .always : .never } ?? .ifGatesPass
        verb.resuming = resumeRun.map { .run($0) } ?? (resume ? .newest : nil)
        verb.parent = from?.number
        verb.tensorBoard = watching.tensorboard
        if change.dryRun {
            if Launch.isFollower(context.invocation.environment) { return }
            return try await context.report(try verb.plan(in: context.invocation))
        }
        let context = try context.joined()
        if context.invocation.isFollower { return try await verb.follow(in: context.invocation) }
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.passed { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension Train.Plan: Renderable {
    package var text: String {
        var lines = [
            "would train \(model): \(Wording.plural(trainingRows, "row"))"
                + (folds.map { " in \($0) folds, " } ?? ", \(Wording.count(validationRows)) to validate, ")
                + "\(Wording.count(testRows)) to test"
        ]
        if let network { lines += network.lines }
        if let trainer { lines.append("with: \(trainer)") }
        lines.append(Wording.plural(gates, "gate"))
        lines.append("next: mlops train")
        return lines.joined(separator: "\n")
    }
}

extension Train.Network {
    fileprivate var lines: [String] {
        func shape(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: "x") }
        let batch = batchSize.map { "batches of \(Wording.count($0))" } ?? "all rows at once"
        return [
            "network \(shape(inputShape)) -> \(shape(outputShape)), \(Wording.plural(layers, "layer")), "
                + Wording.plural(parameters, "parameter"),
            "\(Wording.plural(epochs, "epoch")) in \(batch)",
        ]
    }
}

extension Train.Report: Renderable {
    package var text: String { text(in: TextStyle(isUnicode: true, isColored: false)) }

    package func text(in style: TextStyle) -> String {
        var lines = [headline]
        lines += run.crossValidation?.statistics(main: main) ?? []
        if let decision = run.decision?.text { lines.append(decision) }
        lines += (run.gates ?? []).map(\.text)
        if let main, let value = run.testMetrics?[main] {
            var figures = ["\(main) \(Wording.figure(value))"]
            // On the validation rows false alarms are as asked for, as the threshold was chosen from them.
            for other in run.decision?.score == nil ? [] : ["roc_auc", "false_alarm_rate"] where other != main {
                if let value = run.testMetrics?[other] { figures.append("\(other) \(Wording.figure(value))") }
            }
            lines.append("on the test rows: \(figures.joined(separator: ", "))")
        }
        if let better = betterBaseline {
            lines.append(
                "the \(better.name) does better than the network: try fewer units, a lower learning rate or more rows"
            )
        }
        lines += curves(in: style)
        lines.append(work)
        if let registration, let version = registration.version, let digest = registration.digest {
            lines.append(
                registration.changed
                    ? "registered \(registration.model)@\(version)  sha256:\(digest.short)…"
                    : "already \(registration.model)@\(version): same recipe, data and seed, same bits  sha256:\(digest.short)…"
            )
            if let next = registration.next { lines.append(next) }
        } else {
            lines.append("not registered; mlops register --run \(run.run) does it anyway")
        }
        return lines.joined(separator: "\n")
    }

    /// What was done, and how long it took.
    private var work: String {
        guard let parameters else {
            return
                "\(Wording.plural(trainingRows, "row")) to \(run.trainer ?? "the trainer"): \(Wording.seconds(run.seconds))"
        }
        let speed = run.samplesPerSecond.map { "  \(Wording.count(Int($0))) samples/s" } ?? ""
        let best = run.bestEpoch.flatMap { $0 < run.epochs ? " (the weights of epoch \($0), the best)" : nil } ?? ""
        let mean = run.crossValidation != nil && run.monitor != nil ? " (the mean of the best of the folds)" : ""
        let folds = run.crossValidation.map { "\($0.folds) folds, then " } ?? ""
        return
            "\(folds)\(Wording.plural(run.epochs, "epoch"))\(best)\(mean) of \(Wording.plural(trainingRows, "row")), "
            + "\(Wording.plural(parameters, "parameter")): \(Wording.seconds(run.seconds))\(speed)   "
            + "same bits on any number of threads"
    }

    /// How the loss went, and whether it went the same way on rows that were not trained on: `loss  █▅▃▂▁  0.58 to 0.31`.
    private func curves(in style: TextStyle) -> [String] {
        guard history.count > 1 else { return [] }
        var table = Table()
        for name in ["loss", "val_loss"] {
            let curve = Curve(name, history.map { $0.metrics[name] })
            guard let first = curve.first, let last = curve.last else { continue }
            let figures = "\(Wording.figure(first)) to \(Wording.figure(last))"
            table.add([name] + (style.isUnicode ? [Sparkline.text(curve, width: 24)] : []) + [figures])
        }
        return table.isEmpty ? [] : [table.text]
    }

    /// The trivial model that is better than the network by the main metric.
    private var betterBaseline: BaselineLine? {
        guard parameters != nil, let main, let metric = try? Metric(named: main), let value = run.metrics?[main] else {
            return nil
        }
        return run.baselines?.first { line in
            line.metrics[main].map { metric.isHigherBetter ? $0 > value : $0 < value } ?? false
        }
    }

    private var headline: String {
        guard let main, let value = run.metrics?[main] else { return "run \(run.run)" }
        let range = interval.map { " [\(Wording.decimals($0.lower, 4))-\(Wording.decimals($0.upper, 4))]" } ?? ""
        let others = (run.baselines ?? []).compactMap { line in
            line.metrics[main].map { "\(line.name) \(Wording.figure($0))" }
        }
        let folds = run.crossValidation.map { " of \($0.folds) folds" } ?? ""
        let place = run.measuredOn.map { " on \($0) rows\(folds)" } ?? ""
        return (["run \(run.run)  \(main) \(Wording.figure(value))\(range)\(place)"] + others).joined(separator: ", ")
    }
}
