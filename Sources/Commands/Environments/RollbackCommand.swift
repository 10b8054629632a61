internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct RollbackCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Put the last good version back, now.",
        discussion: """
            Production is broken: how do I get back to the version that was last good? It never asks; works from any \
            directory; holds the version it leaves, so that nothing ships it again.

            EXAMPLES
              mlops rollback production
              mlops rollback production --reason "wrong labels" --incident INC-42
              mlops rollback production --to v1.1.0
              mlops rollback production --dry-run
              mlops rollback production --drill

            NEXT
              mlops status production
            """
    )

    static let isUrgent = true

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The model, where the environment runs several.")
    var model: String?

    @Option(help: ArgumentHelp("Go to this version instead of the last good one.", valueName: "version"))
    var to: VersionArgument?

    @Option(
        help: ArgumentHelp(
            "Go to the version that was live at this moment: 2026-11-20T14:00Z, or how long ago: 3h.",
            valueName: "time"
        )
    )
    var at: MomentArgument?

    @Option(help: ArgumentHelp("Roll back only if this version is live.", valueName: "version"))
    var expect: VersionArgument?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Hold the version that is left, so that nothing ships it again (the default; with --to not for one marked good)."
    )
    var hold: Bool?

    @Flag(help: "Go to the version given with --to although it is held.")
    var force = false

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The incident that it belongs to.", valueName: "id"))
    var incident: String?

    @Option(help: ArgumentHelp("How long to wait for the followers to answer (default 10).", valueName: "seconds"))
    var timeout: Double?

    @Option(
        help: ArgumentHelp(
            "What must be seen for it to count as done: golden (golden rows answered as stored), health (it is served), none (nobody is waited for).",
            valueName: "what"
        )
    )
    var verify: VerificationArgument = .init(.golden)

    @Flag(help: "Rehearse it on a copy, and say how long it took; nothing is changed.")
    var drill = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if drill, change.dryRun { throw ValidationError("Give either --drill or --dry-run.") }
        if to != nil, at != nil { throw ValidationError("Give either --to VERSION or --at TIME.") }
    }

    func run(in context: Context) async throws {
        var verb = Rollback(
            environment: try context.invocation.environment(try place.parsed(), typing: "mlops rollback")
        )
        verb.model = model
        verb.target = to?.number
        verb.moment = at?.time(before: context.invocation.clock.now())
        verb.expected = expect?.number
        verb.holding = hold
        verb.force = force
        verb.reason = reason
        verb.patience = timeout
        verb.verification = verify.verification
        verb.incident = incident
        verb.dryRun = change.dryRun
        if drill {
            let report = try await RollbackDrill(verb).run(in: context.invocation)
            try context.report(report)
            if !report.isVerified { throw ExitCode(FailureKind.unverified) }
            return
        }
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isVerified { throw ExitCode(FailureKind.unverified) }
    }
}

extension RollbackDrill.Report: Renderable {
    package var text: String {
        let reason = why.map { " (\($0))" } ?? ""
        var lines = [
            "\(environment)  drill: \(model) \(from.map { "\($0)" } ?? "nothing") -> \(to)\(reason) in \(Wording.seconds(seconds))"
        ]
        for target in targets {
            let golden = target.goldenRows.map { ", golden rows \($0.agree)/\($0.total)" } ?? ""
            let problem = target.problem.map { "   PROBLEM: \($0)" } ?? ""
            lines.append("  \(target.directory == nil ? "as stored" : "unpacked and loaded")\(golden)\(problem)")
        }
        if !followers.isEmpty {
            lines.append("  not asked in a drill: \(followers.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\nnothing was changed"
    }
}
