internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct MarkCommand: Command {
    /// What is said of a version.
    enum Verdict: String, CaseIterable, ExpressibleByArgument { case good, bad }

    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Say that a version is good or bad.",
        discussion: """
            Which version should a rollback go to? A version marked good is one; a version marked bad is held.

            EXAMPLES
              mlops mark fashion@v1.1.0 good --env production --reason "two shifts"
              mlops mark fashion@production good

            NEXT
              mlops status ENVIRONMENT
            """
    )

    static let isUrgent = true

    @Argument(
        help: ArgumentHelp("The version: MODEL@v1.2.0 or MODEL@ENVIRONMENT.", valueName: "model@version")
    )
    var reference: String

    @Argument(help: "What it is: good or bad.")
    var verdict: Verdict

    @OptionGroup var environment: EnvironmentOptions

    @Option(help: ArgumentHelp("Why; a rollback shows it.", valueName: "text"))
    var reason: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let reference = try ModelReference(reference)
        var verb = Mark(
            reference: reference,
            isGood: verdict == .good,
            environment: try context.invocation.environment(environment.name ?? reference.environment, typing: "--env")
        )
        verb.reason = reason
        verb.dryRun = change.dryRun
        try await context.report(try verb.run(in: context.invocation))
    }
}

extension Mark.Report: Renderable {
    package var text: String {
        guard changed else {
            return dryRun
                ? "\(environment)  would mark \(model) \(version) \(mark)"
                : "\(environment)  \(model) \(version) is marked \(mark) already"
        }
        var lines = ["\(environment)  \(model) \(version) is \(mark)\(held ? ", and held" : "")"]
        if serving && mark == "bad" {
            lines.append("it is live" + (rollback.map { "; to leave it: \($0)" } ?? ""))
        }
        lines.append(
            lastGood.map { "a rollback goes to \($0.version) (\($0.reason))" } ?? "a rollback has nowhere to go yet"
        )
        return lines.joined(separator: "\n")
    }
}
