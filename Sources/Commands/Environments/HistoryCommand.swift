internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct HistoryCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what an environment ran, when, by whom and why.",
        discussion: """
            What was live when it happened?

            EXAMPLE
              mlops history production fashion --limit 50

            NEXT
              mlops rollback ENVIRONMENT --to VERSION
            """
    )

    static let isUrgent = true

    @OptionGroup var place: PlaceOptions

    @Argument(help: "Only this model.")
    var model: String?

    @Option(help: ArgumentHelp("How many deployments to show.", valueName: "count"))
    var limit = 20

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run(in context: Context) async throws {
        let environment = try context.invocation.environment(try place.parsed(), typing: "mlops history")
        let verb = History(environment: environment, model: model, limit: limit)
        try await context.report(try verb.run(in: context.invocation))
    }
}

extension History.Report: Renderable {
    package var text: String {
        models.map { ledger in
            // Only a machine that serves has counted requests.
            let counts = ledger.deployments.contains { $0.requests != nil }
            var table = Table(
                ["REVISION", "WHEN", "WHAT", "LIVE AFTER IT", "FOR"] + (counts ? ["REQUESTS"] : []) + ["BY", "WHY"],
                rightAligned: counts ? [0, 4, 5] : [0, 4]
            )
            for line in ledger.deployments {
                let entry = line.summary
                table.add(
                    [
                        "\(entry.revision)", "\(entry.time)", entry.what, entry.live,
                        line.servedSeconds.map { Wording.span(Int64($0)) } ?? "",
                    ] + (counts ? [line.requests.map(\.text) ?? ""] : []) + [
                        entry.actor,
                        [entry.reason, entry.incident.map { "incident \($0)" }].compactMap { $0 }.joined(
                            separator: ", "
                        ),
                    ]
                )
            }
            return "\(environment)  \(ledger.model)\n\(table.text)"
        }.joined(separator: "\n\n")
    }
}

extension History.Report.Requests {
    /// `12,345`, or `12,345, 2 failed`.
    fileprivate var text: String {
        let all = Wording.count(answered + failed + refused)
        return failed == 0 ? all : "\(all), \(Wording.count(failed)) failed"
    }
}

extension Deployment.Summary {
    /// `deploy, checks skipped`, `hold v1.0.3`, `mark v1.0.0 good`.
    fileprivate var what: String {
        let words = [kind.rawValue, (subject.map { "\($0)" } ?? annotated.map { "\($0)" }), verdict?.rawValue]
            .compactMap { $0 }
        return words.joined(separator: " ") + (skippedChecks ? ", checks skipped" : "")
    }

    /// `v1.0.0`, or `v1.0.0, v1.1.0 at 5 %`.
    fileprivate var live: String {
        let stable = version.map { "\($0)" } ?? "nothing"
        guard let candidate else { return stable }
        return "\(stable), \(candidate) at \(candidatePercent ?? 0) %"
    }
}
