internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct DeployCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Put a version live in an environment.",
        discussion: """
            How do I put this version live, if the rules allow it? All at once, or beside what serves: as a canary with a growing share \
            of the traffic, which goes on by itself or is taken back by itself; as a shadow that gets copies; blue-green, in \
            memory until it is promoted. Traffic is shared out by mlops serve.

            EXAMPLES
              mlops deploy fashion@v1.2.0 --env production
              mlops deploy fashion@staging --env production --dry-run
              mlops deploy fashion@v1.2.0 --env production --strategy canary

            UNDO
              mlops rollback ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @OptionGroup var environment: EnvironmentOptions

    @Option(
        help: ArgumentHelp(
            "How traffic comes to it: direct, canary, blue_green, shadow (default: what the rules of the environment say).",
            valueName: "strategy"
        )
    )
    var strategy: StrategyArgument?

    @Option(
        help: ArgumentHelp("The shares of a canary in percent (default 1,5,25,50,100).", valueName: "percent,...")
    )
    var steps: StepsArgument?

    @Option(help: ArgumentHelp("How long a step takes at least, such as 60s or 10m (default 60s).", valueName: "time"))
    var stepTime: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "Requests that the candidate must have had in a step to be judged (default 100).",
            valueName: "count"
        )
    )
    var minRequests: Int?

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    @Flag(help: "Deploy although required checks are missing; needs --reason, and the history shows it for ever.")
    var skipChecks = false

    @Flag(help: "Deploy although callers would notice other inputs or outputs.")
    var allowSignatureChange = false

    @Option(help: ArgumentHelp("How long to wait for the followers to answer (default 10).", valueName: "seconds"))
    var timeout: Double?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let minRequests, minRequests < 1 {
            throw ValidationError("Expected one request or more, found \(minRequests).")
        }
    }

    func run(in context: Context) async throws {
        var verb = Deploy(
            reference: try version.parsed(),
            environment: try context.invocation.environment(environment.name, typing: "--env")
        )
        verb.strategy = strategy?.strategy
        verb.steps = steps?.shares
        verb.stepTime = stepTime?.seconds
        verb.minRequests = minRequests
        verb.reason = reason
        verb.patience = timeout
        verb.skipChecks = skipChecks
        verb.allowSignatureChange = allowSignatureChange
        verb.dryRun = change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isVerified { throw ExitCode(FailureKind.unverified) }
    }
}
