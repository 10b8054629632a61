internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct AbortCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Take the candidate of a rollout back.",
        discussion: """
            How do I stop this canary? The stable version gets all traffic, and the candidate is held. Where nothing is rolled out, \
            nothing happens: unlike a rollback it never leaves the stable version.

            EXAMPLES
              mlops abort production
              mlops abort production --reason "other labels"

            NEXT
              mlops status production
            """
    )

    static let isUrgent = true

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The model, where the environment runs several.")
    var model: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Hold the candidate, so that nothing ships it again (the default)."
    )
    var hold = true

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The incident that it belongs to.", valueName: "id"))
    var incident: String?

    @Option(help: ArgumentHelp("How long to wait for the followers to answer (default 10).", valueName: "seconds"))
    var timeout: Double?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Rollback(
            environment: try context.invocation.environment(try place.parsed(), typing: "mlops abort")
        )
        verb.onlyRollout = true
        verb.model = model
        verb.holding = hold
        verb.reason = reason
        verb.incident = incident
        verb.patience = timeout
        verb.dryRun = change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isVerified { throw ExitCode(FailureKind.unverified) }
    }
}
