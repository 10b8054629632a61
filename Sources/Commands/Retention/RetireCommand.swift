internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct RetireCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Let the weights of old versions go, and keep their history.",
        discussion: """
            Which versions does nobody need any more? What is live, shadowed, last good, marked good or held stays, and what \
            each environment had live last. Figures, checks and cards stay for ever; the weights stay two weeks, and go with \
            `mlops gc`.

            EXAMPLES
              mlops retire fashion --keep 20 --dry-run
              mlops retire fashion --keep 20 --older-than 180d
              mlops retire --undo fashion@v1.0.0

            NEXT
              mlops gc
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The model; with --undo the version. In a project it may be left out.",
            valueName: "model[@version]"
        )
    )
    var reference: String = ""

    @Option(
        help: ArgumentHelp(
            "How many of the newest versions stay, and of those that were live last.",
            valueName: "count"
        )
    )
    var keep: Int = 20

    @Option(help: ArgumentHelp("Only versions that are older: 180d, 12h.", valueName: "time"))
    var olderThan: TimeArgument?

    @Option(help: ArgumentHelp("How long it can be taken back (default 14d).", valueName: "time"))
    var quarantine: TimeArgument?

    @Option(help: ArgumentHelp("Why; it stays in the ledger.", valueName: "text"))
    var reason: String?

    @Flag(help: "Take the retirement of a version back.")
    var undo = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if keep < 1 { throw ValidationError("--keep: expected 1 or more, found \(keep)") }
        if undo, (try? ModelReference(reference))?.selector == nil {
            throw ValidationError("--undo needs a version: mlops retire --undo MODEL@v1.0.0")
        }
        if !undo, (try? ModelReference(reference))?.selector != nil {
            throw ValidationError("expected a model, found a version: which versions go, the rule says")
        }
    }

    func run(in context: Context) async throws {
        let reference = try ModelReference(reference)
        if undo {
            var verb = TakeBackRetirement(reference: reference)
            verb.dryRun = change.dryRun
            return try context.report(try await verb.run(in: context.invocation))
        }
        var verb = Retire(model: reference.model, rule: RetentionRule(keep: keep, olderThan: olderThan?.seconds))
        if let quarantine { verb.quarantine = quarantine.seconds }
        verb.reason = reason
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension Retire.Report: Renderable {
    package var text: String {
        var lines: [String] = []
        let bytes = Wording.bytes(retired.reduce(0) { $0 + $1.size })
        let count = Wording.plural(retired.count, "version")
        if retired.isEmpty {
            lines.append("\(model): nothing to retire")
        } else {
            lines.append("\(model): \(dryRun ? "would retire" : "retired") \(count), \(bytes) before sharing")
        }
        if dryRun {
            var table = Table(rightAligned: [2])
            for line in retired {
                table.add(["  goes", "\(line.version)", Wording.bytes(line.size), "\(line.registered)", ""])
            }
            for line in kept {
                table.add(["  stays", "\(line.version)", "", "\(line.registered)", line.kept.joined(separator: ", ")])
            }
            lines.append(table.text)
        } else {
            lines.append("stay: \(Wording.plural(kept.count, "version")) (why: --dry-run)")
        }
        if let freesAfter, let first = retired.last {
            lines.append("undo until \(freesAfter): mlops retire --undo \(model)@\(first.version)")
            lines.append("next, when that is over: mlops gc")
        }
        return lines.joined(separator: "\n")
    }
}

extension TakeBackRetirement.Report: Renderable {
    package var text: String { "\(model)@\(version) \(dryRun ? "would stay" : "stays")" }
}
