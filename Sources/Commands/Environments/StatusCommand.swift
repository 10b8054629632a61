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
              mlops status --exit-code

            NEXT
              mlops history ENVIRONMENT
            """
    )

    @OptionGroup var place: PlaceOptions

    @Flag(help: "End with exit code 16 when a directory does not serve what it should, or is damaged.")
    var exitCode = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let report = try Status(environment: try place.parsed()).run(in: context.invocation)
        try context.report(report)
        if exitCode && !report.isAsRecorded { throw ExitCode(FailureKind.unverified) }
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
        return lines + targets.flatMap(\.lines)
    }
}

extension Status.Report.Target {
    fileprivate var lines: [String] {
        let state =
            switch isCurrent {
            case true?: problems.isEmpty ? "serves it" : "DAMAGED"
            case false?: "DIFFERS, has \(serves ?? "nothing")"
            case nil: "cannot be seen from here"
            }
        var lines = ["  \(directory): \(state)"]
        lines += problems.prefix(Self.usual).map { "    \($0)" }
        if problems.count > Self.usual { lines.append("    and \(problems.count - Self.usual) more") }
        if let mend { lines.append("    mend it: \(mend)") }
        return lines
    }

    /// How many problems are shown to a person.
    private static let usual = 5
}
