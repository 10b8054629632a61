internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct PromoteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Give all traffic to the candidate of a rollout.",
        discussion: """
            The candidate looks good: how do I let it take over now? For a canary the remaining steps are left out; a shadow and \
            a blue-green candidate wait for this.

            EXAMPLES
              mlops promote production
              mlops promote production fashion --reason "looked at the numbers"

            UNDO
              mlops rollback ENVIRONMENT
            """
    )

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The model, where the environment runs several.")
    var model: String?

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("How long to wait for the followers to answer (default 10).", valueName: "seconds"))
    var timeout: Double?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Promote(
            environment: try context.invocation.environment(try place.parsed(), typing: "mlops promote")
        )
        verb.model = model
        verb.reason = reason
        verb.patience = timeout
        verb.dryRun = change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isVerified { throw ExitCode(FailureKind.unverified) }
    }
}
