internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct FollowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Keep a directory of this machine at what an environment runs.",
        discussion: """
            How does a server get what is deployed from anywhere? It looks at the store's remote every two seconds, \
            fetches, checks and loads what is new, swaps `DIRECTORY/MODEL/current`, and answers, so that whoever deploys or \
            rolls back sees it serve. What a rollback may need lies ready before it is needed. A server that is taken away \
            for good is waited for until --leave says so, here or on any other machine.

            EXAMPLES
              mlops follow production --directory live
              mlops follow production --directory live --once
              mlops follow production --leave --name web1

            NEXT
              mlops status production
            """
    )

    @OptionGroup var place: PlaceOptions

    @Option(help: "Where the models are to be.", completion: .directory)
    var directory: String?

    @Option(help: ArgumentHelp("Follow this model only; may be given several times.", valueName: "model"))
    var model: [String] = []

    @Option(help: ArgumentHelp("The name under which it answers (default: that of the machine).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Seconds between two looks at the remote.", valueName: "seconds"))
    var interval: Double = 2

    @Flag(help: "Look once, and end: for a timer. Exit code 16 when something is not as it should be.")
    var once = false

    @Flag(help: "Say that a follower is gone for good, so that nobody waits for it any more.")
    var leave = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if leave == (directory != nil) {
            throw ValidationError("Give --directory, where the models are to be; or --leave.")
        }
        if change.dryRun && !leave { throw ValidationError("--dry-run is for --leave.") }
    }

    func run(in context: Context) async throws {
        let environment = try context.invocation.environment(try place.parsed(), typing: "mlops follow")
        guard let directory else {
            var verb = LeaveEnvironment(environment: environment)
            verb.name = name
            verb.dryRun = change.dryRun
            return try context.report(try await verb.run(in: context.invocation))
        }
        var verb = Follow(environment: environment, directory: directory)
        verb.models = model
        verb.name = name
        verb.interval = max(0.1, interval)
        verb.once = once
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if once && !report.isAsRecorded { throw ExitCode(FailureKind.unverified) }
    }
}

extension LeaveEnvironment.Report: Renderable {
    package var text: String {
        guard changed || dryRun else { return "\(follower) has left \(environment) before; nothing was changed" }
        return
            "\(environment)  \(follower) (on \(host)) \(dryRun ? "would leave" : "has left"): nobody waits for it any more"
    }
}

extension Follow.Report: Renderable {
    package var text: String {
        guard !models.isEmpty else { return "\(environment)  nothing is deployed" }
        return models.map { line in
            let what = line.version.map { "\($0)" } ?? "nothing"
            let trouble = line.problem.map { "   PROBLEM: \($0)" } ?? ""
            return "\(environment)  \(line.model) \(what) in \(directory) (deployment \(line.revision))\(trouble)"
        }
        .joined(separator: "\n")
    }
}
