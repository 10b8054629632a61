internal import ArgumentParser
internal import Lifecycle

struct ShowRunCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how a training went, with its curves.",
        discussion: """
            How did this training go, and would more epochs help? Also while it is being trained, and when it was \
            stopped, killed, or has diverged.

            EXAMPLES
              mlops runs show
              mlops runs show 1 --json

            NEXT
              mlops register --run N
            """
    )

    @Argument(help: ArgumentHelp("The run; the newest if not given.", valueName: "n"))
    var number: Int?

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(try ShowRun(number: number).run(in: context.invocation))
    }
}
