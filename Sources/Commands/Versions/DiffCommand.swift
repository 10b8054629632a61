internal import ArgumentParser
internal import Lifecycle
internal import Support

struct DiffCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show in what two versions differ, and which answers change.",
        discussion: """
            What is new in this version? Compares how two models were made, their features, inputs and outputs, metrics and \
            files, and puts the golden rows of the second to both. Differences are no error: exit code 0, or 3 with \
            --exit-code.

            EXAMPLES
              mlops diff fashion@v1.0.0 fashion@v1.1.0
              mlops diff fashion@production fashion@latest --exit-code
              mlops diff fashion@production run:3 --json

            NEXT
              mlops validate MODEL@VERSION --env ENVIRONMENT
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The one before: MODEL@v1.2.0, MODEL@latest, MODEL@ENVIRONMENT or run:NUMBER.",
            valueName: "old"
        )
    )
    var old: String

    @Argument(help: ArgumentHelp("The one after, named in the same ways.", valueName: "new"))
    var new: String

    @Flag(help: "End with exit code 3 when the recipe or the behaviour differs.")
    var exitCode = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let report = try await DiffModels(old: old, new: new).run(in: context.invocation)
        try context.report(report)
        if exitCode, report.recipeDiffers || report.behaviourDiffers { throw ExitCode(FailureKind.verdictNo) }
    }
}
