internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct PushCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Bring to the remote what was done offline.",
        discussion: """
            Does everybody see what I have registered and deployed? Versions whose number somebody else has taken meanwhile \
            get the next free one; rollbacks, holds and marks are told once more on top of what came since. Nothing is forced.

            EXAMPLES
              mlops push
              mlops push --dry-run
              mlops push --drop 'production fashion'

            NEXT
              mlops status
            """
    )

    @Flag(help: "Make deployments that were made offline although others have deployed since.")
    var replayDeployments = false

    @Option(
        help: ArgumentHelp(
            "Take back what was done offline to an environment, or to one model there.",
            valueName: "environment [model]"
        )
    )
    var drop: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = PushStore()
        verb.replayingDeployments = replayDeployments
        verb.dropping = drop
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension PushStore.Report: Renderable {
    package var text: String {
        if dryRun {
            let waiting = queued.map {
                "  \($0.ledger): \(Wording.plural($0.changes, "change"))\($0.isDiverged ? ", DIVERGED" : "")"
            }
            return queued.isEmpty
                ? "\(remote) has everything" : (["would push to \(remote)"] + waiting).joined(separator: "\n")
        }
        guard changed else { return "\(remote) has everything" }
        var lines = ["pushed to \(remote) in \(Wording.seconds(seconds))"]
        if !versions.isEmpty {
            let shown =
                versions.count > 5
                ? "\(versions.prefix(3).joined(separator: ", ")) …" : versions.joined(separator: ", ")
            lines.append("  \(Wording.plural(versions.count, "version")): \(shown)")
        }
        if !ledgers.isEmpty { lines += Wording.list(ledgers, behind: "  ledgers: ") }
        lines += renumbered.map {
            "  \($0.model) \($0.from) is \($0.to) now: the number was taken, or the package was there"
        }
        lines += replayed.filter { $0.madeOffline != nil }.map { line in
            "  \(line.environment)  deployment \(line.revision): \(line.kind.rawValue) \(line.model) "
                + "\(line.version.map { "\($0)" } ?? "") (made offline at \(line.madeOffline.map { "\($0)" } ?? ""))"
        }
        lines += dropped.map { "  taken back: \($0)" }
        lines += queued.map { "  NOT pushed: \($0.ledger), \(Wording.plural($0.changes, "change"))" }
        return lines.joined(separator: "\n")
    }
}
