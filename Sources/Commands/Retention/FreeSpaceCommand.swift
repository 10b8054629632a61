internal import ArgumentParser
internal import Lifecycle
internal import Support

struct FreeSpaceCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Free the space of retired versions whose quarantine is over.",
        discussion: """
            How does the store get small again? Weights of versions that were retired two weeks ago are removed, here and at \
            the remote; whatever was deployed or marked good meanwhile stays.

            EXAMPLES
              mlops gc --dry-run
              mlops gc

            NEXT
              mlops verify --all
            """
    )

    @Option(
        help: ArgumentHelp(
            "How old a pack must be to be made anew (default 10m): git may just have brought it.",
            valueName: "time"
        )
    )
    var grace: TimeArgument?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = FreeSpace()
        if let grace { verb.grace = grace.seconds }
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension FreeSpace.Report: Renderable {
    package var text: String {
        var lines: [String] = []
        let gone = freed.count + keptByRemote.count
        if gone == 0, changed {
            lines.append("finished what was begun: \(Wording.bytes(bytesBefore)) -> \(Wording.bytes(bytesAfter))")
        } else if gone == 0 {
            lines.append("nothing to free")
        } else if dryRun {
            lines += Wording.list(freed, behind: "would free: ")
        } else {
            lines.append(
                "freed \(Wording.plural(gone, "version")): \(Wording.bytes(bytesBefore)) -> \(Wording.bytes(bytesAfter)) "
                    + "in \(Wording.seconds(seconds))"
            )
        }
        lines += needed.map { "stays: \($0.version), \($0.reasons.joined(separator: ", "))" }
        lines += keptByRemote.map { "the remote keeps \($0.version): \($0.reasons.joined(separator: ", "))" }
        if inQuarantine > 0 {
            lines.append(
                "\(Wording.plural(inQuarantine, "version")) in quarantine\(nextFrees.map { ", the first until \($0)" } ?? "")"
            )
        }
        if youngPacks > 0 {
            lines.append("\(Wording.plural(youngPacks, "pack")) too young to be made anew: run it again in ten minutes")
        }
        return lines.joined(separator: "\n")
    }
}
