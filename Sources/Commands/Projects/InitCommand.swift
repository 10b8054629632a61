internal import ArgumentParser
internal import Lifecycle

struct InitCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a project with a store, empty or from a template.",
        discussion: """
            How do I start?

            Templates: fashion, tabular, examples/mlp-dropout, examples/mnist-mlp, examples/regression, \
            examples/simple-net.

            EXAMPLES
              mlops init --template fashion demo
              mlops init

            NEXT
              mlops train
            """
    )

    @Argument(help: "The directory of the project; this one if not given.", completion: .directory)
    var directory: String = "."

    @Option(help: "A ready project to start from.")
    var template: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Initialize(directory: directory, template: template)
        verb.dryRun = change.dryRun
        try context.report(try verb.run(in: context.invocation))
    }
}

extension Initialize.Report: Renderable {
    package var text: String {
        guard changed || dryRun else { return "\(directory) is a project already; nothing was changed" }
        let verb = dryRun ? "would write" : "wrote"
        var lines = ["\(verb) \(files.isEmpty ? "" : files.joined(separator: ", ") + " and ")the store \(store)"]
        let change = directory == "." ? "" : "cd \(directory) && "
        lines.append(template == nil ? "next: fill in mlops.yaml, then mlops train" : "next: \(change)mlops train")
        return lines.joined(separator: "\n")
    }
}
