internal import ArgumentParser
internal import Lifecycle

struct InitCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a project with a store: empty, from a template, or for a table.",
        discussion: """
            How do I start? With a table and the column that is to be predicted: --from looks at the data and writes a \
            project that trains as it stands, with a comment wherever you may know better. With --store and an address the \
            project uses the shared store there, which is made if the repository is empty; --ci adds a pipeline that \
            trains, tests and deploys with it.

            Templates: fashion, tabular, external/scikit-learn, external/pytorch, examples/mlp-dropout, \
            examples/mnist-mlp, examples/regression, examples/simple-net.

            EXAMPLES
              mlops init --from process.csv --target defect demo
              mlops init --template fashion demo
              mlops init --store git@host:ml/store.git
              mlops init --ci github
              mlops init

            NEXT
              mlops train
            """
    )

    @Argument(help: "The directory of the project; this one if not given.", completion: .directory)
    var directory: String = "."

    @Option(help: ArgumentHelp("A ready project to start from.", valueName: "name"))
    var template: String?

    @Option(
        help: ArgumentHelp("A table to write a project for; needs --target.", valueName: "file"),
        completion: .file()
    )
    var from: String?

    @Option(help: ArgumentHelp("The column of the table that is to be predicted.", valueName: "column"))
    var target: String?

    @Option(help: ArgumentHelp("The name of the model; made of the target's if not given.", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Add a pipeline for continuous integration: github or gitlab.",
            valueName: "host"
        )
    )
    var ci: Initialize.PipelineHost?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if (from == nil) != (target == nil) { throw ValidationError("--from and --target go together.") }
        if from != nil && template != nil { throw ValidationError("Give either --from or --template.") }
        if from == nil && model != nil { throw ValidationError("--model is for --from.") }
    }

    func run(in context: Context) async throws {
        var verb = Initialize(directory: directory, template: template)
        if let from, let target { verb.table = Initialize.Table(path: from, target: target, model: model) }
        verb.pipeline = ci
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension Initialize.PipelineHost: ExpressibleByArgument {}

extension Initialize.Report: Renderable {
    package var text: String {
        guard changed || dryRun else { return "\(directory) is a project already; nothing was changed" }
        let verb = dryRun ? "would write" : "wrote"
        var lines = findings
        lines.append("\(verb) \(files.isEmpty ? "" : files.joined(separator: ", ") + " and ")the store \(store)")
        if pipeline != nil {
            let first = files.first { $0.hasSuffix("mlops.yml") || $0.hasSuffix("-ci.yml") } ?? "it"
            return (lines + ["next: what \(first) needs stands in its first lines"]).joined(separator: "\n")
        }
        let change = directory == "." ? "" : "cd \(directory) && "
        lines.append(
            template == nil && findings.isEmpty
                ? "next: fill in mlops.yaml, then mlops train" : "next: \(change)mlops train"
        )
        return lines.joined(separator: "\n")
    }
}
