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

            EXAMPLES
              mlops evaluate fashion@production
              mlops evaluate --run 3 --on validation --json
              mlops evaluate defect@v1.2.0 --csv new.csv --interval average_precision

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(help: "A run of this project instead of a version.")
    var run: Int?

    @OptionGroup var work: ThreadOptions

    @Option(help: "Which rows of the project: test, validation or train.")
    var on: Evaluate.Part = .test

    @Option(help: "A table with the answers in the target's column.", completion: .file())
    var csv: String?

    @Option(help: "An IDX file of images; needs --labels.", completion: .file())
    var images: String?

    @Option(help: "The IDX file of their labels.", completion: .file())
    var labels: String?

    @Option(help: "An NPY file of rows; needs --targets.", completion: .file())
    var inputs: String?

    @Option(help: "The NPY file of their answers.", completion: .file())
    var targets: String?

    @Option(name: .customLong("interval"), help: "A metric to give a 95 % bootstrap interval; may be repeated.")
    var intervals: [String] = []

    @Flag(inversion: .prefixedNo, help: "Write the result into the ledger of the version.")
    var record = true

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !version.reference.isEmpty && run != nil { throw ValidationError("Give either a version or --run.") }
        if (images == nil) != (labels == nil) { throw ValidationError("--images and --labels go together.") }
        if (inputs == nil) != (targets == nil) { throw ValidationError("--inputs and --targets go together.") }
        if [csv, images, inputs].compactMap({ $0 }).count > 1 {
            throw ValidationError("Give one of --csv, --images and --inputs.")
        }
    }

    func run(in context: Context) async throws {
        let rows: Evaluate.Rows =
            if let csv { .csv(csv) } else if let images, let labels {
                .images(images, labels: labels)
            } else if let inputs,
                let targets
            {
                .npy(inputs: inputs, targets: targets)
            } else {
                .project(on)
            }
        var verb = Evaluate(source: try run.map { .run($0) } ?? .version(version.parsed()), rows: rows)
        verb.threads = work.threads
        verb.intervals = intervals
        verb.recording = record && !change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.gates.isEmpty && report.verdict != .pass { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension Evaluate.Part: ExpressibleByArgument {}

extension Evaluate.Report: Renderable {
    package var text: String {
        var lines = ["\(title) on \(data): \(Wording.plural(evaluation.rows, "row"))"]
        var figures = Table(rightAligned: [1])
        for metric in Metric.all {
            guard let value = evaluation.metrics[metric.name] else { continue }
            let range = evaluation.intervals[metric.name].map {
                "[\(Wording.figure($0.lower))-\(Wording.figure($0.upper))]"
            }
            figures.add(["  \(metric.name)", Wording.figure(value), range ?? ""])
        }
        lines.append(figures.text)
        if let classes = evaluation.classes {
            var table = Table(["  CLASS", "PRECISION", "RECALL", "F1", "ROWS"], rightAligned: [1, 2, 3, 4])
            for line in classes {
                table.add([
                    "  \(line.name)", Wording.figure(line.precision), Wording.figure(line.recall),
                    Wording.figure(line.f1Score), Wording.count(Int(line.support)),
                ])
            }
            lines.append(table.text)
        }
        if let matrix = evaluation.confusionMatrix, let classes = evaluation.classes, classes.count <= 20 {
            lines.append(confusion(matrix, classes.map(\.name)))
        }
        lines += gates.map(\.text)
        if recorded { lines.append("recorded in the ledger of \(title)") }
        return lines.joined(separator: "\n")
    }

    /// Rows are what is right, columns what was said.
    private func confusion(_ matrix: [[Double]], _ names: [String]) -> String {
        let header = ["  RIGHT \\ SAID"] + names.map { String($0.prefix(10)) }
        var table = Table(header, rightAligned: Set(1...names.count))
        for (name, row) in zip(names, matrix) {
            table.add(["  \(name)"] + row.map { $0 == 0 ? "." : Wording.count(Int($0)) })
        }
        return table.text
    }
}
