internal import ArgumentParser
internal import Lifecycle
internal import Support

struct MaintainCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "maintain",
        abstract: "Pack the store, and clear away what interrupted commands left.",
        discussion: """
            How do I keep the store small and fast? Run it once a day or once a week; nothing reachable is removed.

            EXAMPLE
              mlops maintain

            NEXT
              mlops verify --all
            """
    )

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Maintain()
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension Maintain.Report: Renderable {
    package var text: String {
        if dryRun {
            return
                "would pack \(Wording.plural(looseObjectsBefore, "loose object")), \(Wording.bytes(bytesBefore)) in all"
        }
        var lines = [
            """
            packed \(Wording.plural(looseObjectsBefore, "loose object")) into \(Wording.plural(packsAfter, "pack")): \
            \(Wording.bytes(bytesBefore)) -> \(Wording.bytes(bytesAfter)) in \(Wording.seconds(seconds))
            """
        ]
        if removedTemporaries > 0 {
            lines.append("removed \(Wording.plural(removedTemporaries, "file")) of interrupted writes")
        }
        for name in completed { lines.append("completed the registration of \(name), which was cut short") }
        for name in removedTags {
            lines.append("took away the tag \(name) of the remote: its package has another number")
        }
        return lines.joined(separator: "\n")
    }
}
