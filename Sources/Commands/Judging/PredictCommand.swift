internal import ArgumentParser
internal import Lifecycle

/// Where a model is taken from.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "The version: MODEL@v1.2.0, MODEL@latest or MODEL@ENVIRONMENT; the project's latest if not given.",
            valueName: "model@version"
        )
    )
    var reference: String?

    @Option(help: ArgumentHelp("A run of this project instead of a version.", valueName: "number"))
    var run: Int?

    func validate() throws {
        if reference != nil && run != nil { throw ValidationError("Give either --model or --run.") }
    }

    func source() throws -> ModelSource {
        if let run { return .run(run) }
        return .version(try ModelReference(reference ?? ""))
    }
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads to use.", valueName: "count"))
    var threads = 1

    func validate() throws {
        if !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024.") }
    }
}

struct PredictCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Put rows to a model and write its answers.",
        discussion: """
            What does the model say about these rows? Raw rows go in (CSV, NPY or IDX, compressed or not): the features \
            travel with the model. Without --output the answers go to standard output, with --json as one document.

            EXAMPLES
              mlops predict new.csv --model defect@production --output answers.csv
              mlops predict new.csv --keep row_id --output-format jsonl

            NEXT
              mlops evaluate
            """
    )

    @Argument(help: "The file with the rows.", completion: .file())
    var input: String

    @OptionGroup var model: ModelOptions
    @OptionGroup var work: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "The file to write; its ending says the format: .csv, .jsonl, .json or .npy.",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @Option(help: ArgumentHelp("The format: csv, jsonl, json or npy.", valueName: "format"))
    var outputFormat: String?

    @Option(
        help: ArgumentHelp(
            "A column of the rows to write before the answers, or a pattern with *; may be repeated.",
            valueName: "column"
        )
    )
    var keep: [String] = []

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        if output == nil, context.format == .json, let outputFormat, outputFormat != "json" {
            throw ValidationError("--json and --output-format \(outputFormat) contradict each other; drop one of them.")
        }
        let write = context.output
        let destination: Predict.Output =
            output.map { .file($0) } ?? .stream { bytes in try write(String(decoding: bytes, as: UTF8.self)) }
        var verb = Predict(
            source: try model.source(),
            input: input,
            output: destination,
            format: outputFormat ?? (output == nil && context.format == .json ? "json" : nil),
            threads: work.threads
        )
        verb.keeping = keep
        let report = try await verb.run(in: context.invocation)
        // Standard output holds the answers, so that what is said about them goes elsewhere.
        if output == nil { return }
        try context.report(report)
    }
}

extension Predict.Report: Renderable {
    package var text: String {
        "\(Wording.plural(rows, "row")) answered by \(title) in \(Wording.seconds(seconds)): \(output ?? "")"
    }
}
