internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct GetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Unpack a version into a directory.",
        discussion: """
            How do I get the files of this version?

            EXAMPLE
              mlops get fashion@v1.2.0 --to model/

            NEXT
              mlops verify MODEL@VERSION
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(help: ArgumentHelp("The directory to create.", valueName: "directory"), completion: .directory)
    var to: String

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try await context.report(
            try GetVersion(reference: try version.parsed(), destination: to).run(in: context.invocation)
        )
    }
}

extension GetVersion.Report: Renderable {
    package var text: String {
        """
        \(model) \(version) unpacked into \(directory): \(Wording.plural(members.count, "file")), \
        \(Wording.bytes(bytes)), every byte checked, \(Wording.seconds(seconds))
        """
    }
}
