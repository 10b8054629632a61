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
            rolls back sees it serve. What a rollback may need lies ready before it is needed.

            EXAMPLES
              mlops follow production --directory live
              mlops follow production --directory live --once

            NEXT
              mlops status production
            """
    )

    @OptionGroup var place: PlaceOptions

    @Option(help: "Where the models are to be.", completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("Follow this model only; may be given several times.", valueName: "model"))
    var model: [String] = []

    @Option(help: ArgumentHelp("The name under which it answers (default: that of the machine).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Seconds between two looks at the remote.", valueName: "seconds"))
    var interval: Double = 2

    @Flag(help: "Look once, and end: for a timer. Exit code 16 when something is not as it should be.")
    var once = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Follow(
            environment: try context.invocation.environment(try place.parsed(), typing: "mlops follow"),
            directory: directory
        )
        verb.models = model
        verb.name = name
        verb.interval = max(0.1, interval)
        verb.once = once
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if once && !report.isAsRecorded { throw ExitCode(FailureKind.unverified) }
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
