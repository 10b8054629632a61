internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct ExportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a version in a form that other tools read.",
        discussion: """
            How do I use this version without mlops? As safetensors: one file with the weights of a network, which carries \
            all that it takes to come back. As a directory: all files of the version, with a page that explains how a raw \
            row becomes an output. Nothing is overwritten.

            EXAMPLES
              mlops migrate export fashion@v1.2.0 --to safetensors
              mlops migrate export fashion@production --to directory --output out/

            NEXT
              mlops migrate import FILE --model NAME
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(help: ArgumentHelp("The form: safetensors or directory.", valueName: "form"))
    var to: ExportVersion.Form

    @Option(
        help: ArgumentHelp("The file or directory to create; MODEL-VERSION here if not given.", valueName: "path"),
        completion: .file()
    )
    var output: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = ExportVersion(reference: try version.parsed(), form: to)
        verb.output = output
        verb.dryRun = change.dryRun
        try await context.report(try verb.run(in: context.invocation))
    }
}

extension ExportVersion.Form: ExpressibleByArgument {}

extension ExportVersion.Report: Renderable {
    package var text: String {
        let word = form == ExportVersion.Form.safetensors.rawValue ? "tensor" : "file"
        let amount = "\(Wording.plural(contents.count, word)), \(Wording.bytes(bytes))"
        if dryRun { return "would write \(model) \(version) to \(output): \(amount)" }
        let next =
            form == ExportVersion.Form.safetensors.rawValue
            ? "next: mlops migrate import \(output) --model NAME" : "next: read \(output)/\(contents[0])"
        return
            "wrote \(model) \(version) to \(output): \(amount), every byte checked, \(Wording.seconds(seconds))\n\(next)"
    }
}
