internal import ArgumentParser
internal import Evaluation
internal import Lifecycle
internal import Support

struct ValidateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say whether a version may take the place of what serves.",
        discussion: """
            Is it safe to deploy? The package must be whole and load, its inputs and outputs must be those that callers \
            know, the validation rows must look like those that it was made from, the gates must be met on them, and it must \
            not be surely worse than the version that serves (paired bootstrap, 95 %). Exit code 3 when the answer is no. \
            The result is written into the ledger, where policies can require it.

            EXAMPLES
              mlops validate defect --env production
              mlops validate defect@v1.2.0 --json

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(
        name: .environment,
        help: ArgumentHelp(
            "The environment that it is meant for; every one that runs the model if not given.",
            valueName: "environment"
        )
    )
    var environment: String?

    @OptionGroup var work: ThreadOptions

    @Flag(inversion: .prefixedNo, help: "Write the result into the ledger of the version.")
    var record = true

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = Validate(reference: try version.parsed())
        verb.environment = environment
        verb.threads = work.threads
        verb.recording = record && !change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if report.verdict != .pass { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension Validate.Report: Renderable {
    package var text: String {
        var lines = ["\(title): \(verdict == .pass ? "valid" : verdict == .fail ? "NOT VALID" : "cannot be told")"]
        var table = Table()
        for finding in findings {
            let word =
                switch finding.verdict {
                case .pass: "pass"
                case .fail: "FAIL"
                case .inconclusive, .notEnoughData: "?"
                }
            for (index, detail) in finding.details.enumerated() {
                table.add(index == 0 ? ["  \(word)", finding.name, detail] : ["", "", detail])
            }
        }
        lines.append(table.text)
        lines += gates.map(\.text)
        if recorded { lines.append("recorded in the ledger of \(title)") }
        return lines.joined(separator: "\n")
    }
}
