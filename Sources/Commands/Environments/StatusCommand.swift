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

    static let isUrgent = true

    @OptionGroup var place: PlaceOptions

    @Flag(help: "End with exit code 16 when a directory does not serve what it should, or is damaged.")
    var exitCode = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let report = try await Status(environment: try place.parsed()).run(in: context.invocation)
        try context.report(report)
        let isContradicted = report.environments.contains { $0.problem != nil }
        if !report.damaged.isEmpty || isContradicted { throw ExitCode(FailureKind.integrity) }
        if exitCode && !report.isAsRecorded { throw ExitCode(FailureKind.unverified) }
    }
}

extension Status.Report: Renderable {
    package var text: String {
        let shared =
            (remote.map { [$0.headline] + $0.lines } ?? [])
            + damaged.flatMap { Wording.wrapped("UNREADABLE  \($0.ledger): \($0.problem)", indent: 4) }
        guard !environments.isEmpty else {
            return shared.map { "\($0)\n" }.joined()
                + (empty.isEmpty
                    ? "no environment runs anything yet\nnext: mlops deploy MODEL@VERSION --env ENVIRONMENT"
                    : "\(empty.joined(separator: ", ")): nothing deployed yet\nnext: mlops deploy MODEL@VERSION --env \(empty[0])")
        }
        var lines = shared + environments.flatMap { $0.lines(at: time) }
        if !empty.isEmpty { lines.append("\(empty.joined(separator: ", ")): nothing deployed yet") }
        return lines.joined(separator: "\n")
    }
}

extension Status.Report.Line {
    fileprivate func lines(at now: Timestamp) -> [String] {
        let version = serving.map { "\($0)" } ?? "nothing"
        let time = since.map { " since \($0) (\(Wording.age(now.seconds - $0.seconds)))" } ?? ""
        let why = reason.map { ": \"\($0)\"" } ?? ""
        let link = incident.map { ", incident \($0)" } ?? ""
        let skipped = skippedChecks ? ", CHECKS SKIPPED" : ""
        var lines = ["\(environment)  \(model) \(version)\(time)"]
        lines += Wording.wrapped("  \(kind.rawValue) by \(actor)\(why)\(link)\(skipped)", indent: 4)
        if let problem { lines += Wording.wrapped("  PROBLEM: \(problem)", indent: 4) }
        if let rollout {
            lines += Wording.wrapped(
                "  \(rollout.phrase): \(rollout.candidate.version) since \(rollout.since) "
                    + "(\(Wording.age(now.seconds - rollout.since.seconds)))",
                indent: 4
            )
        }
        if let lastGood {
            lines += Wording.wrapped("  last good: \(lastGood.version) (\(lastGood.reason))", indent: 4)
        } else {
            lines.append("  last good: none; there is nothing to roll back to")
        }
        // A line to paste stays whole.
        if let rollback { lines.append("  back with: \(rollback)") }
        for hold in held.suffix(Self.usual) {
            lines += Wording.wrapped("  held: \(hold.version) (\(hold.actor): \(hold.reason))", indent: 4)
        }
        if held.count > Self.usual {
            lines.append("  held: \(held.count - Self.usual) more, all with --json")
        }
        return lines + targets.flatMap(\.lines) + followers.map { $0.line(at: now) }
    }

    /// How many holds are shown to a person, the latest ones.
    private static let usual = 5
}

extension Status.Report.Follower {
    fileprivate func line(at now: Timestamp) -> String {
        let what = serves.map { "serves \($0)" } ?? "serves nothing"
        let state = isCurrent ? what : "\(what), NOT what is deployed"
        let trouble = problem.map { "; PROBLEM: \($0)" } ?? ""
        let seen = note.map { "; the candidate: \($0)" } ?? ""
        return "  \(follower): \(state) (said \(Wording.age(now.seconds - time.seconds)))\(trouble)\(seen)"
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
