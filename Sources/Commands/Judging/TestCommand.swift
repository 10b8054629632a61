internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct TestCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say whether a model behaves as it should.",
        discussion: """
            Does it still answer as when it was registered, and as common sense asks? Puts the golden rows of the version \
            to it, and the cases in the project's tests/*.yaml: expected answers, columns that must not matter, directions, \
            a time to answer in. Exit code 3 when one fails. The result is written into the ledger, where policies can \
            require it.

            EXAMPLES
              mlops test defect
              mlops test defect@v1.2.0 --file tests/limits.yaml
              mlops test --run 3 --json

            NEXT
              mlops validate MODEL@VERSION --env ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(help: ArgumentHelp("A run of this project instead of a version.", valueName: "number"))
    var run: Int?

    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("A file of cases, instead of all in tests/; may be repeated.", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    @OptionGroup var work: ThreadOptions

    @Flag(inversion: .prefixedNo, help: "Write the result into the ledger of the version.")
    var record = true

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !version.reference.isEmpty && run != nil { throw ValidationError("Give either a version or --run.") }
    }

    func run(in context: Context) async throws {
        var verb = TestModel(source: try run.map { .run($0) } ?? .version(version.parsed()))
        verb.files = files
        verb.threads = work.threads
        verb.recording = record && !change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if report.verdict != .pass { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension TestModel.Report: Renderable {
    package var text: String {
        let failed = cases.count { !$0.passed }
        var lines = ["\(title): \(Wording.plural(cases.count, "case")), \(failed == 0 ? "all pass" : "\(failed) FAIL")"]
        var table = Table(rightAligned: [2])
        for line in cases {
            let detail =
                line.problem ?? line.milliseconds.map { "\(Wording.decimals($0, 2)) ms" } ?? ""
            table.add(["  \(line.passed ? "pass" : "FAIL")", line.name, Wording.plural(line.rows, "row"), detail])
        }
        lines.append(table.text)
        if cases.allSatisfy({ $0.file == nil }) {
            lines.append("the project has no cases of behaviour; a file such as tests/behaviour.yaml adds some")
        }
        if recorded { lines.append("recorded in the ledger of \(title)") }
        return lines.joined(separator: "\n")
    }
}
