internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct StatusCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what is live where.",
        discussion: """
            What runs in each environment, since when, by whom, and where would a rollback go?

            EXAMPLES
              mlops status
              mlops status production --json

            NEXT
              mlops history ENVIRONMENT
            """
    )

    @Argument(help: "Only this environment.")
    var environment: String?

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(try Status(environment: environment).run(in: context.invocation))
    }
}

extension Status.Report: Renderable {
    package var text: String {
        guard !environments.isEmpty else {
            return empty.isEmpty
                ? "no environment runs anything yet\nnext: mlops deploy MODEL@VERSION --env ENVIRONMENT"
                : "\(empty.joined(separator: ", ")): nothing deployed yet\nnext: mlops deploy MODEL@VERSION --env ENVIRONMENT"
        }
        var lines = environments.flatMap(\.lines)
        if !empty.isEmpty { lines.append("\(empty.joined(separator: ", ")): nothing deployed yet") }
        return lines.joined(separator: "\n")
    }
}

extension Status.Report.Line {
    fileprivate var lines: [String] {
        let version = serving.map { "\($0)" } ?? "nothing"
        let time = since.map { " since \($0)" } ?? ""
        let why = reason.map { ": \"\($0)\"" } ?? ""
        let skipped = (incident.map { ", incident \($0)" } ?? "") + (skippedChecks ? ", CHECKS SKIPPED" : "")
        var lines = ["\(environment)  \(model) \(version)\(time)  (\(kind.rawValue) by \(actor)\(why)\(skipped))"]
        lines.append(
            lastGood.map {
                "  last good: \($0.version) (\($0.reason))\(rollback.map { "; back with: \($0)" } ?? "")"
            }
                ?? "  last good: none; there is nothing to roll back to"
        )
        if !held.isEmpty {
            lines.append("  held: " + held.map { "\($0.version) (\($0.actor): \($0.reason))" }.joined(separator: ", "))
        }
        lines += targets.map { target in
            let state =
                switch target.isCurrent {
                case true?: "serves it"
                case false?: "DIFFERS, has \(target.serves ?? "nothing"): deploy again to mend it"
                case nil: "cannot be seen from here"
                }
            return "  \(target.directory): \(state)"
        }
        return lines
    }
}
