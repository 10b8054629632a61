internal import ArgumentParser
internal import Lifecycle
internal import Support

struct PullCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Look what the remote has, and fetch the packages that are named.",
        discussion: """
            Is my copy as new as the shared store, and does it have the weights that I need without a network? Other verbs \
            look by themselves; this one is for before the line is cut.

            EXAMPLES
              mlops pull
              mlops pull fashion@production fashion@v1.2.0
              mlops pull --all

            NEXT
              mlops status --offline
            """
    )

    @Argument(help: ArgumentHelp("Versions whose packages are to be here.", valueName: "model[@version]"))
    var references: [String] = []

    @Flag(help: "Fetch the package of every version, as for a backup.")
    var all = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = PullStore()
        verb.references = try references.map { try ModelReference($0) }
        verb.all = all
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension PullStore.Report: Renderable {
    package var text: String {
        var lines = remote.map { [$0.headline] + $0.lines } ?? []
        if !fetched.isEmpty && dryRun { lines += Wording.list(fetched, behind: "would fetch ") }
        if !fetched.isEmpty && !dryRun {
            lines += Wording.list(fetched, behind: "fetched in \(Wording.seconds(seconds)): ")
        }
        return lines.joined(separator: "\n")
    }
}
