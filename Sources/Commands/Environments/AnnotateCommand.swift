internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct AnnotateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Say later why something was deployed or rolled back.",
        discussion: """
            At night there was no time for words: how do I add the reason now? The history keeps what it said, and shows this beside it.

            EXAMPLES
              mlops annotate production --reason "the scanner was broken"
              mlops annotate production --revision 2 --reason "asked for by the plant"

            NEXT
              mlops history ENVIRONMENT
            """
    )

    static let isUrgent = true

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The model, where the environment runs several.")
    var model: String?

    @Option(
        help: ArgumentHelp("The deployment that is meant (default: the last that moved traffic).", valueName: "number")
    )
    var revision: Int?

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The incident that it belongs to.", valueName: "id"))
    var incident: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Annotate(
            environment: try context.invocation.environment(try place.parsed(), typing: "mlops annotate")
        )
        verb.model = model
        verb.revision = revision
        verb.reason = reason
        verb.incident = incident
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension Annotate.Report: Renderable {
    package var text: String {
        let what = kind.map { " (\($0.rawValue))" } ?? ""
        let said = [reason.map { "\"\($0)\"" }, incident.map { "incident \($0)" }].compactMap { $0 }.joined(
            separator: ", "
        )
        return "\(environment)  deployment \(revision) of \(model)\(what)\(dryRun ? " would say" : ""): \(said)"
    }
}
