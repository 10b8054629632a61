internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct DeployCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Put a version live in an environment.",
        discussion: """
            How do I put this version live, if the rules allow it?

            EXAMPLES
              mlops deploy fashion@v1.2.0 --env production
              mlops deploy fashion@staging --env production --dry-run

            UNDO
              mlops rollback ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @OptionGroup var environment: EnvironmentOptions

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

    func run(in context: Context) async throws {
        var verb = Deploy(
            reference: try version.parsed(),
            environment: try context.invocation.environment(environment.name, typing: "--env")
        )
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
