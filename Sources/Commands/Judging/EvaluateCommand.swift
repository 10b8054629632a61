internal import ArgumentParser
internal import Evaluation
internal import Lifecycle
internal import Support

struct EvaluateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge a model on rows whose answers are known.",
        discussion: """
            How good is this version, class by class? Without rows given it is judged on the project's test rows, and by \
            the gates of the project: exit code 3 when one is not met. The result of a version is written into its ledger.

            --predictions judges what any model has said, in any directory: a table with the columns y_true, y_pred \
            and, if there are probabilities, p_<class> for each class; weight may say what a row counts. Of an anomaly task \
            it has score, anomaly and, if it is known, y_true.

            EXAMPLES
              mlops evaluate fashion@production
              mlops evaluate --run 3 --on validation --json
              mlops evaluate defect@v1.2.0 --csv new.csv --interval average_precision
              mlops evaluate --predictions answers.csv --json

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(help: ArgumentHelp("A run of this project instead of a version.", valueName: "number"))
    var run: Int?

    @OptionGroup var work: ThreadOptions

    @Option(
        help: ArgumentHelp("Which rows of the project: test, validation or train. (default: test)", valueName: "part")
    )
    var on: Evaluate.Part?

    @Option(
        help: ArgumentHelp("A table with the answers in the target's column.", valueName: "file"),
        completion: .file()
    )
    var csv: String?

    @Option(
        help: ArgumentHelp("An IDX file of images; needs --labels, but for an anomaly task.", valueName: "file"),
        completion: .file()
    )
    var images: String?

    @Option(help: ArgumentHelp("The IDX file of their labels.", valueName: "file"), completion: .file())
    var labels: String?

    @Option(
        help: ArgumentHelp("An NPY file of rows; needs --targets, but for an anomaly task.", valueName: "file"),
        completion: .file()
    )
    var inputs: String?

    @Option(help: ArgumentHelp("The NPY file of their answers.", valueName: "file"), completion: .file())
    var targets: String?

    @Option(
        help: ArgumentHelp("A table of predictions beside the right answers, instead of a model.", valueName: "file"),
        completion: .file()
    )
    var predictions: String?

    @Option(
        help: ArgumentHelp(
            "What --predictions are: classification, regression or anomaly; without it the table says so.",
            valueName: "task"
        )
    )
    var task: EvaluatePredictions.Task?

    @Option(
        name: .customLong("interval"),
        help: ArgumentHelp("A metric to give a 95 % bootstrap interval; may be repeated.", valueName: "metric")
    )
    var intervals: [String] = []

    @Flag(inversion: .prefixedNo, help: "Write the result into the ledger of the version.")
    var record = true

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !version.reference.isEmpty && run != nil { throw ValidationError("Give either a version or --run.") }
        if images == nil && labels != nil { throw ValidationError("--labels need --images.") }
        if inputs == nil && targets != nil { throw ValidationError("--targets need --inputs.") }
        if [csv, images, inputs].compactMap({ $0 }).count > 1 {
            throw ValidationError("Give one of --csv, --images and --inputs.")
        }
        guard predictions != nil else {
            if task != nil { throw ValidationError("--task is for --predictions only.") }
            return
        }
        let others = [
            version.reference.isEmpty ? nil : "a version", run.map { _ in "--run" }, on.map { _ in "--on" },
            csv.map { _ in "--csv" }, images.map { _ in "--images" }, inputs.map { _ in "--inputs" },
        ]
        if let other = others.compactMap({ $0 }).first {
            throw ValidationError("--predictions are judged without a model: drop \(other).")
        }
    }

    func run(in context: Context) async throws {
        let judged =
            if let predictions {
                try judge(predictions: predictions, in: context)
            } else {
                try await judgeModel(in: context)
            }
        if judged.isTurnedDown { throw ExitCode(FailureKind.verdictNo) }
    }

    private func judge(predictions path: String, in context: Context) throws -> GatedEvaluation {
        var verb = EvaluatePredictions(path: path, task: task)
        verb.intervals = intervals
        let report = try verb.run(in: context.invocation)
        try context.report(report)
        return report.judged
    }

    private func judgeModel(in context: Context) async throws -> GatedEvaluation {
        let rows: Evaluate.Rows =
            if let csv { .csv(csv) } else if let images {
                .images(images, labels: labels)
            } else if let inputs {
                .npy(inputs: inputs, targets: targets)
            } else {
                .project(on ?? .test)
            }
        var verb = Evaluate(source: try run.map { .run($0) } ?? .version(version.parsed()), rows: rows)
        verb.threads = work.threads
        verb.intervals = intervals
        verb.recording = record && !change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        return report.judged
    }
}

extension Evaluate.Part: ExpressibleByArgument {}

extension Evaluate.Report: Renderable {
    package var text: String {
        var lines = ["\(title) on \(data): \(Wording.plural(judged.evaluation.rows, "row"))"]
        if let decision { lines.append(decision.text) }
        lines += judged.lines
        if recorded { lines.append("recorded in the ledger of \(title)") }
        return lines.joined(separator: "\n")
    }
}

extension EvaluatePredictions.Task: ExpressibleByArgument {}

extension EvaluatePredictions.Report: Renderable {
    package var text: String {
        (["\(data): \(Wording.plural(judged.evaluation.rows, "row"))"] + judged.lines).joined(separator: "\n")
    }
}
