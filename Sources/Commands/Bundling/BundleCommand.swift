internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Carry versions in one file to a network that no line leads to.",
        discussion: """
            How does a model get into a plant without internet? One file, which plain git reads, holds versions with all that \
            is known about them.

            EXAMPLES
              mlops bundle create fashion@v1.2.0 --to capsule
              mlops bundle apply capsule

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """,
        subcommands: [CreateBundleCommand.self, ApplyBundleCommand.self]
    )
}

struct CreateBundleCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Put versions into a file.",
        discussion: """
            What do I carry? The packages, read to the last byte, with the ledgers of their models. `git bundle verify` and \
            `git clone` read the file.

            EXAMPLE
              mlops bundle create fashion@v1.2.0 fashion@production --to capsule

            NEXT
              mlops bundle apply capsule
            """
    )

    @Argument(help: ArgumentHelp("The versions.", valueName: "model@version"))
    var references: [String]

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var to: String

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = CreateBundle(references: try references.map { try ModelReference($0) }, destination: to)
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

struct ApplyBundleCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Take versions out of a file into this store.",
        discussion: """
            Is what I was handed what was packed? Every byte is read and compared before a version becomes one of this store; \
            checks come along, and numbers that are taken here are not taken over.

            EXAMPLE
              mlops bundle apply capsule

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @Argument(help: "The file.", completion: .file())
    var file: String

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = ApplyBundle(file: file)
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension CreateBundle.Report: Renderable {
    package var text: String {
        if dryRun { return "would write \(file): \(versions.joined(separator: ", "))" }
        return """
            wrote \(file): \(versions.joined(separator: ", ")), \(Wording.bytes(bytes)) in \(Wording.seconds(seconds))
            next, over there: mlops bundle apply FILE
            """
    }
}

extension ApplyBundle.Report: Renderable {
    package var text: String {
        guard !versions.isEmpty else { return "there is no version in \(file)" }
        let added = dryRun ? "every byte checked, and not here yet" : "every byte checked"
        var lines = versions.map { line in
            let moved = line.version == line.versionInBundle ? "" : " (\(line.versionInBundle) where it was made)"
            return
                "\(line.model)@\(line.version)\(moved)  \(line.digest.short)  \(line.changed ? added : "here already")"
        }
        if checks > 0 { lines.append("with \(Wording.plural(checks, "check"))") }
        if let last = versions.last, !dryRun {
            lines.append("next: mlops deploy \(last.model)@\(last.version) --env ENVIRONMENT")
        }
        return lines.joined(separator: "\n")
    }
}
