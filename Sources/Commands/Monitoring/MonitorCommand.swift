internal import ArgumentParser
internal import Lifecycle
internal import Monitoring
internal import Support

struct MonitorCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Say whether today's rows still look like those that a model was made from.",
        discussion: """
            Have the data changed? Missing values, new categories and types first, then the distribution of each column. \
            A column drifts when the difference is significant (after a correction for the number of columns) and large \
            enough to matter: exit code 3. With fewer than 100 rows the answer is "not enough data", never "no drift".

            EXAMPLES
              mlops monitor defect@production --current today.csv
              mlops monitor --reference january.csv --current february.csv --ignore batch_id
              mlops monitor defect --current today.csv --format json

            NEXT
              mlops update MODEL --data FILE
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(
        help: ArgumentHelp("A table to compare with, instead of what a version remembers.", valueName: "file"),
        completion: .file()
    )
    var reference: String?

    @Option(
        help: ArgumentHelp("The table of today's rows: CSV, or JSON lines.", valueName: "file"),
        completion: .file()
    )
    var current: String

    @Option(
        name: .customLong("ignore"),
        help: ArgumentHelp("A column that is not compared, or a pattern with *; may be repeated.", valueName: "column")
    )
    var ignored: [String] = []

    @Option(
        name: .customLong("critical"),
        help: ArgumentHelp("A column that must be judged; may be repeated.", valueName: "column")
    )
    var critical: [String] = []

    @Option(help: ArgumentHelp("The share of alarms that may be false, from 0 to 1.", valueName: "number"))
    var alpha: Double = 0.05

    @Option(help: ArgumentHelp("The least difference that matters, from 0 to 1.", valueName: "number"))
    var effect: Double = 0.1

    @Option(help: ArgumentHelp("The number of rows below which nothing is said.", valueName: "count"))
    var minimumRows: Int = 100

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if reference != nil && !version.reference.isEmpty {
            throw ValidationError("Give either a version or --reference.")
        }
    }

    func run(in context: Context) async throws {
        var verb = Monitor(
            reference: try reference.map { .file($0) } ?? .version(version.parsed()),
            current: current
        )
        verb.ignored = ignored
        verb.settings = try DriftSettings(
            alpha: alpha,
            effect: effect,
            minimumRows: minimumRows,
            criticalColumns: critical
        )
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if report.dataset.verdict == .drift { throw ExitCode(FailureKind.verdictNo) }
    }
}
